"""The store: rows that only we can write, leases with one holder, claims given once, and a server that keeps."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from agents.contract import Alert, Ask, AskKind, ThreadRef
from bot.approvals.decide import moved, opened
from bot.approvals.model import Decision, Effect, State
from bot.store import embedded
from bot.store.connection import Connection, connected, why_unsafe
from bot.store.leases import Leases
from bot.store.runs import FencedError, Stage, run_id
from bot.store.sealed import Sealed, Tampered
from bot.store.signing import signing_key
from bot.store.store import Store
from config.settings import Settings
from tests.bot.conftest import KEY, until
from tests.bot.flow_fakes import BEN, CARA, NOON, THREAD, make_ask, make_proposal
from tools.canonical import digest
from tools.contract import Refused
from tools.grants import issue, verify
from tools.proposal import Grant, Outcome, Verdict

DECISION = Decision(Effect.ASK, "rule", ("oncall",), 2, 15, "v1")
APPROVAL = opened(make_proposal(), DECISION, THREAD, NOON)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_what_is_kept_is_what_was_given(args: dict[str, object]) -> None:
    """A row comes back equal, types and all, so that what is bound by a hash still is."""
    outcome = Outcome("p-1", "kube_scale", Verdict.DONE, "ok", NOON, args=args)
    rows = Sealed(Outcome, KEY)

    again = rows.load("p-1", rows.dump("p-1", outcome))

    assert again == outcome
    assert repr(again.args) == repr(args)


@given(st.builds(Ask, thread=st.builds(ThreadRef), alert=st.none() | st.builds(Alert, at=st.none()), due=st.none(),
                 outcome=st.none(), at=st.just(NOON)))  # fmt: skip
def test_any_ask_survives(ask: Ask) -> None:
    """Whatever is asked, in whatever letters."""
    rows = Sealed(Ask, KEY)

    assert rows.load("x", rows.dump("x", ask)) == ask


def test_half_a_surrogate_pair_is_noticed() -> None:
    """What has no place in UTF-8 is a change like any other, in the signature and behind it."""
    rows = Sealed(Outcome, KEY)
    row = rows.dump("p-1", Outcome("p-1", "kube_scale", Verdict.DONE, "ok", NOON))

    for changed in ("\ud800" + row[1:], row[:-1] + "\ud800"):
        with pytest.raises(Tampered):
            rows.load("p-1", changed)


@given(st.data())
def test_one_changed_character_is_noticed(data: st.DataObject) -> None:
    """A row is good as it was written, or not at all."""
    rows = Sealed(Outcome, KEY)
    row = rows.dump("p-1", Outcome("p-1", "kube_scale", Verdict.DONE, "ok", NOON))
    at = data.draw(st.integers(0, len(row) - 1))
    other = data.draw(st.characters().filter(lambda character: character != row[at]))

    with pytest.raises(Tampered):
        rows.load("p-1", row[:at] + other + row[at + 1 :])


def test_a_row_is_good_only_where_it_was_put() -> None:
    """Somebody else's row, or another kind's, is not valid under this name."""
    rows = Sealed(Outcome, KEY)
    row = rows.dump("p-1", Outcome("p-1", "kube_scale", Verdict.DONE, "ok", NOON))

    with pytest.raises(Tampered):
        rows.load("p-2", row)
    with pytest.raises(Tampered):
        Sealed(Grant, KEY).load("p-1", row)
    with pytest.raises(Tampered):
        Sealed(Outcome, b"another key").load("p-1", row)


async def test_an_approval_comes_back_equal(store: Store) -> None:
    """Record, proposal and binding survive the store."""
    await store.approvals.open(APPROVAL, "once")

    kept = await store.approvals.get("p-1")

    assert kept == APPROVAL
    assert digest(kept) == digest(APPROVAL)


async def test_one_of_many_changes_wins(store: Store) -> None:
    """Compare-and-set: of changes to the same revision exactly one takes."""
    await store.approvals.open(APPROVAL, "once")
    states = [State.APPROVED, State.REJECTED] * 16

    took = await asyncio.gather(*(store.approvals.replace(APPROVAL, moved(APPROVAL, state)) for state in states))

    kept = await store.approvals.get("p-1")
    assert sum(took) == 1
    assert kept is not None
    assert kept.state is states[took.index(True)]


async def test_an_approval_row_cannot_be_moved(store: Store) -> None:
    """A signed row of one approval is not valid as another."""
    await store.approvals.open(APPROVAL, "once")
    client = store.connection.client
    row = str(await client.hget("infra:approval:p-1", "row"))
    await client.hset("infra:approval:p-2", mapping={"row": row, "revision": 0})

    with pytest.raises(Tampered):
        await store.approvals.get("p-2")


async def test_a_claim_is_given_once(store: Store) -> None:
    """Of many claims at the same time one is given, and none ever after."""
    claims = await asyncio.gather(*(asyncio.to_thread(store.ledger.claim, "p-1", "digest") for _ in range(32)))

    assert sum(claims) == 1
    assert not store.ledger.claim("p-1", "another digest")


async def test_what_was_given_up_is_not_intended_any_more(store: Store) -> None:
    """A worker that was taken for dead cannot send once somebody has recorded an outcome."""
    grant = issue(
        KEY,
        make_proposal(),
        approvers=(BEN, CARA),
        rule="rule",
        policy_version="v1",
        granted_at=NOON,
        expires_at=NOON + timedelta(minutes=15),
    )
    store.ledger.intend(grant)
    store.ledger.record(Outcome("p-1", "kube_scale", Verdict.UNKNOWN, "Nobody knows.", NOON))

    with pytest.raises(Refused):
        store.ledger.intend(grant)
    kept = store.ledger.outcome("p-1")
    assert kept is not None
    assert kept.verdict is Verdict.UNKNOWN


async def test_a_grant_made_from_the_store_is_good(store: Store) -> None:
    """What comes out of the store is bound by the same hash as what went in."""
    await store.approvals.open(APPROVAL, "once")
    kept = await store.approvals.get("p-1")
    assert kept is not None

    grant = issue(
        KEY,
        kept.proposal,
        approvers=(BEN,),
        rule="rule",
        policy_version="v1",
        granted_at=NOON,
        expires_at=kept.expires_at,
    )

    verify(KEY, grant, NOON)
    assert grant.digest == APPROVAL.digest


async def test_a_lease_has_one_holder(store: Store) -> None:
    """Of many who try one gets it; when it is given back another may."""
    taken = await asyncio.gather(*(store.leases.take("x") for _ in range(16)))
    held = next(lease for lease in taken if lease)

    assert sum(lease is not None for lease in taken) == 1
    await store.leases.release(held)
    assert await store.leases.take("x") is not None


async def test_a_lease_is_renewed_while_it_is_held(connection: Connection) -> None:
    """A holder that lives keeps its lease for longer than the lease is."""
    leases = Leases(connection.client, 0.2)
    lease = await leases.take("x")
    assert lease is not None
    renewed = 0

    async with leases.held(lease):
        async with asyncio.timeout(10):
            while renewed < 3:
                before = await connection.client.pttl(lease.key)
                await asyncio.sleep(0.01)
                renewed += await connection.client.pttl(lease.key) > before

        assert await leases.take("x") is None
    assert await leases.take("x") is not None


async def test_a_lost_lease_writes_nothing(store: Store) -> None:
    """Who does not hold the thread's lease can neither begin nor end a run."""
    await store.runs.hear(make_ask(), (), NOON)
    lease = await store.leases.take(THREAD.key)
    assert lease is not None
    await store.leases.release(lease)

    with pytest.raises(FencedError):
        await store.runs.begin(run_id(make_ask()), lease, NOON)
    with pytest.raises(FencedError):
        await store.runs.end(run_id(make_ask()), lease, Stage.DONE, "", NOON)


async def test_a_tampered_ask_is_not_run(store: Store) -> None:
    """An ask that we did not write is not valid, so nobody can speak in another's name."""
    await store.runs.hear(make_ask(), (), NOON)
    client = store.connection.client
    name = f"infra:run:{run_id(make_ask())}"
    await client.hset(name, "ask", str(await client.hget(name, "ask")).replace("U0ANA0001", "U0BEN0001"))

    with pytest.raises(Tampered):
        await store.runs.get(run_id(make_ask()))


async def test_a_tampered_ask_for_later_is_dropped(store: Store) -> None:
    """An ask for later that we did not write never falls due."""
    await store.due.keep(make_ask(kind=AskKind.WAKE), NOON)
    await store.connection.client.hset("infra:due:asks", "Ev1", "0.{}")

    assert await store.due.fallen(NOON) == ()
    assert await store.connection.client.zcard("infra:due") == 0


async def test_a_slot_fires_once(store: Store) -> None:
    """However many clocks want a slot, one holds it; once it fired, or a later one did, nobody does any more."""
    first, second = NOON + timedelta(days=1), NOON + timedelta(days=2)
    await store.slots.take("daily", "at noon", None, NOON, 60)  # a schedule begins when it is first seen

    takes = await asyncio.gather(*(store.slots.take("daily", "at noon", first, first, 60) for _ in range(16)))
    await store.slots.fire("daily", second)

    assert sum(takes) == 1
    assert not await store.slots.take("daily", "at noon", first, second + timedelta(hours=1), 60)
    assert not await store.slots.take("daily", "at noon", second, second + timedelta(hours=1), 60)


async def test_every_key_ends_or_has_a_reason_not_to(store: Store) -> None:
    """What is kept without an end is what the table of keys says."""
    await store.runs.hear(make_ask(), ("Ev1",), NOON)
    await store.approvals.open(APPROVAL, "once")
    store.ledger.claim("p-1", "digest")
    store.ledger.record(Outcome("p-1", "kube_scale", Verdict.DONE, "ok", NOON))
    store.trail.append("vote", {})
    client = store.connection.client

    endless = {str(key) async for key in client.scan_iter("*") if await client.ttl(str(key)) == -1}

    inbox = f"infra:inbox:{THREAD.key}"
    assert endless == {"infra:audit", "infra:audit:head", "infra:runs:open", "infra:approvals:open", inbox}


async def test_the_embedded_server_is_safe_to_change_by(connection: Connection) -> None:
    """As it is started it keeps what it is told."""
    assert await connection.changes_refused_because() == ""


@pytest.mark.parametrize(
    ("info", "about"),
    [
        ({"aof_enabled": 0, "maxmemory_policy": "noeviction"}, "appendonly"),
        ({"aof_enabled": 1, "maxmemory_policy": "allkeys-lru"}, "noeviction"),
        ({"aof_enabled": 1, "aof_last_write_status": "err", "maxmemory_policy": "noeviction"}, "disk"),
        ({}, "INFO"),
    ],
)
def test_a_server_that_could_forget_is_named(info: dict[str, object], about: str) -> None:
    """The sentence says what to set."""
    assert about in why_unsafe(info)


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    """The embedded server keeps across restarts."""
    first = embedded.start(tmp_path)
    with Redis.from_url(first.url) as client:
        client.set("kept", "yes")
    first.close()

    second = embedded.start(tmp_path)
    with Redis.from_url(second.url) as client:
        assert client.get("kept") == b"yes"
    second.close()


def test_a_second_start_joins_the_first(tmp_path: Path) -> None:
    """Two processes on one folder share one server; only the first ends it."""
    first, second = embedded.start(tmp_path), embedded.start(tmp_path)

    second.close()

    assert second.url == first.url
    with Redis.from_url(first.url) as client:
        assert client.ping()
    first.close()


def test_a_server_that_outlived_its_starter_is_taken_over(tmp_path: Path) -> None:
    """After a kill -9 of the bot the server lives on; the next bot uses that very one and ends it."""
    first = embedded.start(tmp_path)
    assert first._lock is not None
    first._lock.close()  # what the kernel does for a killed process

    second = embedded.start(tmp_path)

    assert second.url == first.url
    second.close()
    with pytest.raises(RedisError), Redis.from_url(first.url, retry=None) as client:
        client.ping()


def test_a_stranger_needs_the_password(valkey: str) -> None:
    """Another local user cannot speak to the embedded server, nor read how."""
    port = valkey.rpartition(":")[2].partition("/")[0]

    with pytest.raises(RedisError), Redis(host="127.0.0.1", port=int(port), retry=Retry(NoBackoff(), 0)) as client:
        client.ping()


def test_the_url_is_ours_to_read(tmp_path: Path) -> None:
    """The file that holds the password is private."""
    server = embedded.start(tmp_path)

    assert (tmp_path / "valkey.url").stat().st_mode & 0o077 == 0
    server.close()


async def test_dropped_connections_are_made_again(valkey: str) -> None:
    """A restart or a dropped connection is not noticed by what is going on."""
    connection = connected(valkey)
    await connection.client.set("x", "1")

    with Redis.from_url(valkey) as killer:
        killer.execute_command("CLIENT KILL TYPE normal SKIPME yes")

    assert await connection.client.get("x") == "1"
    await connection.close()


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    """With no key in the settings one is made, and it stays."""
    told = Settings(infra_data=tmp_path, infra_key="")

    first, second = signing_key(told), signing_key(told)

    assert first == second
    assert len(first) >= 32
    assert (tmp_path / "signing.key").stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == ["signing.key"]


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    """A key that can be guessed is not taken."""
    with pytest.raises(ValueError, match="openssl"):
        signing_key(Settings(infra_data=tmp_path, infra_key="secret"))


def test_the_key_of_the_settings_is_used(tmp_path: Path) -> None:
    """And no file is made."""
    assert signing_key(Settings(infra_data=tmp_path, infra_key="k" * 40)) == b"k" * 40
    assert list(tmp_path.iterdir()) == []


async def test_the_store_s_time_is_utc(connection: Connection) -> None:
    """Both ways of asking agree."""
    now, then = await connection.now(), connection.now_sync()

    assert abs(now - then) < timedelta(seconds=1)
    await until(lambda: connection.now_sync() > now)
