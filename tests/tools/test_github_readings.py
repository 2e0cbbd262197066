"""Readings of GitHub say what is there, point at what failed, and refuse in sentences."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import settings
from tests.github_company import Office, opened
from tools import CATALOGUE
from tools.contract import Call, Observation, Reading, ToolError
from tools.github.client import reader
from tools.github.refusals import refusal
from tools.github.runs import job_log
from tools.scope import OutOfScope, Scope, within

CODE = "acme/checkout"


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """Open an office; readings change nothing."""
    with opened() as office:
        yield office


def take(name: str, **args: object) -> Observation:
    """Take a reading."""
    reading = CATALOGUE[name]
    assert isinstance(reading, Reading)
    return reading.call(**args)


pytestmark = pytest.mark.usefixtures("office")


def test_a_file_is_read_as_it_was_at_a_commit() -> None:
    """The same path before and after a change."""
    now, before = (
        take("github_file", repository=CODE, path="prices.py"),
        take("github_file", repository=CODE, path="prices.py", ref="main~1"),
    )

    assert "SHIPPING" in now.text
    assert "SHIPPING" not in before.text


def test_a_failed_run_leads_to_the_step_and_the_step_to_its_log() -> None:
    """Following the findings ends at the lines that explain it."""
    run = take("github_runs", repository=CODE).findings[0].leads_to[0]
    step = take(run.tool, **run.args).findings[0]

    log = take(step.leads_to[0].tool, **step.leads_to[0].args)

    assert run == Call("github_run", {"repository": CODE, "run": 9102})
    assert "Run pytest" in step.observed
    assert "assert 1630 == 1240" in log.text


def test_a_log_arrives_raw_and_line_by_line() -> None:
    """Timestamps and markers are left as they are, for whoever reads them."""
    lines = list(job_log(reader(), CODE, 8102))

    assert lines[-1].endswith("##[error]Process completed with exit code 1.")
    assert len(lines) == 25


def test_a_pull_request_is_shown_with_what_was_said_and_checked() -> None:
    """Title, files, diff, review, and the failed check as a finding."""
    seen = take("github_pull", repository=CODE, pull=7)

    assert "“Say what shipping costs” by ana" in seen.text
    assert "CHANGES_REQUESTED: Please take the amount" in seen.text
    assert "+SHIPPING_NOTE" in seen.text
    assert [one.subject for one in seen.findings] == [f"check/{CODE}/test"]


def test_commits_between_two_are_listed_with_their_files() -> None:
    """What changed between the last green commit and now."""
    seen = take("github_commits", repository=CODE, since="main~1", until="main")

    assert "Charge shipping below 20 euros" in seen.text
    assert "modified prices.py" in seen.text


def test_a_list_is_read_over_its_pages(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Next links are followed up to what was asked for."""
    monkeypatch.setattr("tools.github.client.PAGE", 1)
    asked = len(office.hub.asked)

    found = reader().every(f"/repos/{CODE}/pulls", "list pull requests", most=2)

    assert [one["number"] for one in found] == [8, 7]
    assert len(office.hub.asked) - asked == 2


@pytest.mark.parametrize(
    ("name", "args", "said"),
    [
        ("github_file", {"path": "none"}, "github_files lists"),
        ("github_file", {"path": "../x"}, "is no path"),
        ("github_files", {"folder": "app.py"}, "is a file"),
        ("github_pull", {"pull": 99}, "knows nothing there"),
        ("github_run_log", {"job": 1}, "knows nothing there"),
        ("github_commits", {"since": "main"}, "Name both"),
    ],
)
def test_what_is_not_there_is_said(name: str, args: dict[str, object], said: str) -> None:
    """One sentence, with what to do."""
    with pytest.raises(ToolError, match=said):
        take(name, repository=CODE, **args)


def test_a_missing_permission_names_where_they_are_listed(office: Office) -> None:
    """GitHub says 403, and we say what prints the permissions."""
    office.hub.denied.add("actions:read")

    with pytest.raises(ToolError, match="permissions github"):
        take("github_runs", repository=CODE)

    office.hub.denied.clear()


def test_a_repository_out_of_scope_is_not_read(office: Office) -> None:
    """Nothing is asked of GitHub about what a run may not see."""
    asked = len(office.hub.asked)

    with within((Scope("this channel", repositories=("acme/infra*",)),)), pytest.raises(OutOfScope):
        take("github_files", repository=CODE)

    assert len(office.hub.asked) == asked


def test_a_wrong_token_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says which setting."""
    monkeypatch.setenv("GITHUB_TOKEN", "other")
    settings.cache_clear()

    with pytest.raises(ToolError, match="renew GITHUB_TOKEN"):
        take("github_pulls", repository=CODE)

    monkeypatch.undo()
    settings.cache_clear()


@given(st.integers(400, 599), st.text(max_size=80), st.booleans())
def test_any_refusal_is_a_sentence(status: int, body: str, writing: bool) -> None:  # noqa: FBT001 - drawn
    """Whatever GitHub or a proxy answers."""
    error = refusal(status, {}, body, doing="look", writing=writing)

    assert str(error)
