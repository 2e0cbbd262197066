"""The API's bad days: what is lost, refused or slow is told apart, and nothing is ever sent twice."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.kube_api import Answer, FakeApi, Request, kubeconfig, serving
from tests.tools.kube_world import granted, pointed
from tools import acting
from tools.contract import JsonObject, Preview, Stale, ToolError, Unknown
from tools.kube import client
from tools.kube.client import reader, rehearsal, writer
from tools.kube.refusals import Missing, refusal
from tools.kube.scale import kube_scale
from tools.proposal import Grant

TO_FIVE: JsonObject = {"namespace": "shop", "deployment": "checkout", "replicas": 5}
SEEN = Preview("Scale", "diff", "few", "back", {})


def grant() -> Grant:
    """Return a grant to open the write client with."""
    return granted(kube_scale, TO_FIVE, SEEN)


def patched(api: FakeApi, folder: Path, monkeypatch: pytest.MonkeyPatch) -> JsonObject:
    """Send one write."""
    pointed(kubeconfig(folder, api.url), monkeypatch)
    with acting.acting_on(grant()):
        return writer().patch("deployments", "shop", "checkout", {"spec": {"replicas": 5}})


def status(code: int, message: str = "") -> Answer:
    """Return an answer in Kubernetes' own shape."""
    return code, {"kind": "Status", "status": "Failure", "message": message, "code": code}


def dropped(_: Request) -> Answer:
    """Take the request and drop the connection."""
    raise ConnectionError


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (lambda _: status(409, "the object has been modified"), Stale),
        (lambda _: status(500, "etcdserver: request timed out"), Unknown),
        (lambda _: status(504, "gateway"), Unknown),
        (dropped, Unknown),
    ],
    ids=["conflict", "server error", "gateway", "dropped"],
)
def test_a_write_that_got_no_yes_is_sent_once_and_named_for_what_it_is(
    answer: Callable[[Request], Answer], meaning: type[ToolError], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A conflict says that nothing was done; a lost answer or a server error does not, and is never repeated."""
    with serving(answer) as api:
        with pytest.raises(meaning):
            patched(api, tmp_path, monkeypatch)

        assert len(api.writes) == 1


def test_a_write_that_takes_too_long_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a time-out the target may have done it, or may yet."""
    monkeypatch.setattr(client, "READ_SECONDS", 0.1)
    held: list[Callable[[], None]] = []

    def slow(_: Request) -> Answer:
        import threading  # noqa: PLC0415  only this fault waits

        done = threading.Event()
        held.append(done.set)
        done.wait(5)
        return 200, {}

    with serving(slow) as api:
        try:
            with pytest.raises(Unknown, match="may or may not"):
                patched(api, tmp_path, monkeypatch)
        finally:
            for let_go in held:
                let_go()

        assert len(api.writes) == 1


def test_a_write_that_never_left_is_a_plain_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused connection means that nothing was sent."""
    with serving(dropped) as api:
        pass

    with pytest.raises(ToolError, match="cannot be reached") as raised:
        patched(api, tmp_path, monkeypatch)

    assert not isinstance(raised.value, Unknown)


@pytest.mark.parametrize("code", [400, 401, 403, 404, 422, 429])
def test_a_refused_write_changed_nothing(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clear no is a failure, not a doubt."""
    with serving(lambda _: status(code, "no")) as api:
        with pytest.raises(ToolError) as raised:
            patched(api, tmp_path, monkeypatch)

        assert len(api.writes) == 1
    assert not isinstance(raised.value, Unknown | Stale)


def test_a_write_carries_the_time_the_server_has_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server gives up before we do, so a read-back is not overtaken by the write."""
    with serving(lambda _: (200, {})) as api:
        patched(api, tmp_path, monkeypatch)

        assert api.writes[0].query["timeout"] == [f"{client.WRITE_SECONDS}s"]
    assert client.WRITE_SECONDS < client.READ_SECONDS


def test_a_preview_can_only_send_dry_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client of previews adds dryRun=All by itself, and its lost answers are no doubt: nothing could change."""
    with serving(lambda request: (200, request.body or {})) as api:
        pointed(kubeconfig(tmp_path, api.url), monkeypatch)
        rehearsal().patched("deployments", "shop", "checkout", {"spec": {"replicas": 5}})

        assert [one.query for one in api.requests] == [{"dryRun": ["All"]}]
    with pytest.raises(ToolError) as raised:
        rehearsal().patched("deployments", "shop", "checkout", {})
    assert not isinstance(raised.value, Unknown)


def test_long_lists_are_read_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list comes in pages, and the token leads from one to the next."""

    def pages(request: Request) -> Answer:
        if "continue" in request.query:
            return 200, {"items": [{"metadata": {"name": "two"}}], "metadata": {}}
        return 200, {"items": [{"metadata": {"name": "one"}}], "metadata": {"continue": "more"}}

    with serving(pages) as api:
        pointed(kubeconfig(tmp_path, api.url), monkeypatch)
        names = [part["metadata"] for part in reader().every("pods")]

    assert names == [{"name": "one"}, {"name": "two"}]


def test_a_list_that_may_not_be_seen_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is forbidden is left out of a reading, with the permission that is missing."""
    said = 'events is forbidden: User "infra" cannot list resource "events" in API group "" in the namespace "shop"'
    with serving(lambda _: status(403, said)) as api:
        pointed(kubeconfig(tmp_path, api.url), monkeypatch)
        looking = reader()
        seen = looking.any("events", "shop")

    assert seen == []
    assert len(looking.unseen) == 1
    assert 'grant the permission `events:list` in the namespace "shop"' in looking.unseen[0]


def test_a_kubeconfig_that_cannot_be_used_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever set KUBECONFIG is told which file is wrong."""
    file = tmp_path / "kubeconfig"
    file.write_text("not: [a, kubeconfig]", "utf-8")
    pointed(file, monkeypatch)

    with pytest.raises(ToolError, match=str(file)):
        reader()


@given(st.integers(300, 599), st.binary(max_size=200), st.booleans())
def test_any_refusal_becomes_a_sentence(code: int, body: bytes, writing: bool) -> None:  # noqa: FBT001 given by name
    """Proxies answer what they like, and it becomes a sentence; only a write's server error is a doubt."""
    error = refusal(code, body, doing="list pods in shop", writing=writing)

    assert str(error).strip()
    assert isinstance(error, Unknown) == (writing and code >= 500)
    assert isinstance(error, Missing) == (code == 404)
