"""The audit trail: what is edited, removed, moved, inserted or cut off is found."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit import Head, Record, link, walk
from bot.store.store import Store
from bot.store.trail import AuditError
from tests.bot.conftest import KEY
from tests.bot.flow_fakes import NOON


def _trail(length: int) -> tuple[list[Record], Head]:
    records, head = [], Head()
    for number in range(length):
        record, head = link(KEY, head, NOON + timedelta(seconds=number), "vote", {"number": number})
        records.append(record)
    return records, head


def test_a_trail_that_was_left_alone_holds() -> None:
    """Every record is counted."""
    records, head = _trail(5)

    verified = walk(KEY, records, head)

    assert (verified.ok, verified.records) == (True, 5)


def test_an_empty_trail_holds() -> None:
    """Nothing happened, and nothing is wrong."""
    assert walk(KEY, [], Head()).ok


def _other(record: Record) -> Record:
    return Record(record.seq, record.at, record.kind, {"number": -1}, record.previous, record.mac)


HARMS: dict[str, Callable[[list[Record], int], list[Record]]] = {
    "edit": lambda trail, at: [*trail[:at], _other(trail[at]), *trail[at + 1 :]],
    "delete": lambda trail, at: [*trail[:at], *trail[at + 1 :]],
    "repeat": lambda trail, at: [*trail[: at + 1], *trail[at:]],
    "truncate": lambda trail, at: trail[:at],
    "move": lambda trail, at: [trail[at], *trail[:at], *trail[at + 1 :]] if at else [*trail[1:], trail[0]],
}


@given(st.sampled_from(sorted(HARMS)), st.integers(2, 12), st.data())
def test_every_harm_is_found(harm: str, length: int, data: st.DataObject) -> None:
    """Whatever is done to whichever record, the trail does not hold any more, and the good part is counted."""
    records, head = _trail(length)
    at = data.draw(st.integers(0, length - 1))

    verified = walk(KEY, HARMS[harm](records, at), head)

    assert not verified.ok
    assert verified.problem
    assert verified.records <= length


def test_a_fork_is_found() -> None:
    """A trail that goes another way from the middle, though we signed it, is not the one the head names."""
    records, head = _trail(4)
    _, middle = _trail(2)
    fork, _ = link(KEY, middle, NOON, "vote", {"number": 99})

    assert not walk(KEY, [*records[:2], fork], head).ok


def test_another_key_signs_another_trail() -> None:
    """Who does not have the key cannot write a trail that holds."""
    records, head = _trail(2)

    assert not walk(b"another key", records, head).ok


async def test_the_trail_in_the_store_holds_while_many_write(store: Store) -> None:
    """Records written at the same time are all there, one after the other."""
    await asyncio.gather(*(asyncio.to_thread(store.trail.append, "vote", {"number": number}) for number in range(40)))

    verified = store.trail.verify()

    assert (verified.ok, verified.records) == (True, 40)


@pytest.mark.parametrize("harm", ["edit", "delete", "truncate", "head"])
async def test_harm_in_the_store_is_found(store: Store, harm: str) -> None:
    """What somebody does to the stream in Redis is found."""
    for number in range(4):
        store.trail.append("vote", {"number": number})
    client = store.connection.sync
    names = [str(name) for name, _ in client.xrange("infra:audit") or ()]

    match harm:
        case "edit":
            client.xdel("infra:audit", names[-1])
            client.xadd("infra:audit", {"record": "{}"})
        case "delete":
            client.xdel("infra:audit", names[1])
        case "truncate":
            client.xdel("infra:audit", names[-1])
        case _:
            client.set("infra:audit:head", "0." + '{"seq":4,"hash":""}')

    assert not store.trail.verify().ok


async def test_a_trail_without_its_head_is_not_continued(store: Store) -> None:
    """If the head is gone nothing is appended, so nothing that needs a record happens."""
    store.trail.append("vote", {})
    store.connection.sync.delete("infra:audit:head")

    with pytest.raises(AuditError):
        store.trail.append("vote", {})
