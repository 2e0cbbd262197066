"""Setting a finding aside, and taking it up again, through the executor."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.aws_account import Account, looked_at
from tests.tools.conftest import KEY, NOON, MemoryLedger
from tests.tools.test_security_posture import told
from tools import CATALOGUE
from tools.contract import Change, ToolError
from tools.execute import Executor
from tools.grants import issue
from tools.proposal import Outcome, Proposal, Verdict

FINDING = told("S3.8", "press-kit")
ID = str(FINDING["Id"])
ARGS = {"finding": ID, "reason": "Press pictures, public on purpose", "days": 30}


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """Point the tools at an account with one finding, and let changes take the write role."""
    monkeypatch.setenv("AWS_WRITE_ROLE_ARN", "arn:aws:iam::123456789012:role/infra-write")
    with looked_at({"securityhub/findings.json": {"Findings": [FINDING]}}) as served:
        yield served


def proposed(tool: str, **args: object) -> Proposal:
    """Return a proposal of a change as it is shown now."""
    change = CATALOGUE[tool]
    assert isinstance(change, Change)
    return Proposal(
        f"action-{tool}",
        tool,
        change.version,
        dict(args),
        change.risk,
        change.needs,
        change.preview(**args),
        "Cara knows",
        (),
        "U0ANA0001",
        "",
        "",
        "run-1",
        NOON,
    )


def carried_out(proposal: Proposal) -> Outcome:
    """Grant and carry out."""
    grant = issue(
        KEY,
        proposal,
        approvers=("U0BEN0001", "U0CARA001"),
        rule="rule",
        policy_version="p1",
        granted_at=NOON,
        expires_at=NOON + timedelta(minutes=15),
    )
    return Executor(CATALOGUE, MemoryLedger(), KEY, lambda: NOON).execute(grant)


def stored(account: Account) -> dict[str, object]:
    """Return the finding as Security Hub has it."""
    [found] = account.client("securityhub").get_findings()["Findings"]
    return dict(found)


def test_a_finding_is_set_aside_with_its_reason_and_its_end(account: Account) -> None:
    """The note says why and until when, and the approval's id is on it."""
    outcome = carried_out(proposed("securityhub_suppress", **ARGS))

    found = stored(account)
    assert outcome.verdict is Verdict.DONE
    assert found["Workflow"] == {"Status": "SUPPRESSED"}
    assert "public on purpose (until " in str(found["Note"])
    assert "action-securityhub_suppress" in str(found["UserDefinedFields"])


def test_it_can_be_taken_up_again(account: Account) -> None:
    """The undo of setting aside is a change of its own."""
    aside = carried_out(proposed("securityhub_suppress", **ARGS))
    assert aside.undo

    outcome = carried_out(proposed(aside.undo.tool, **aside.undo.args))

    assert outcome.verdict is Verdict.DONE
    assert stored(account)["Workflow"] == {"Status": "NEW"}


def test_a_finding_that_changed_since_it_was_shown_is_left_alone(account: Account) -> None:
    """T8: somebody resolved it between the card and the click."""
    proposal = proposed("securityhub_suppress", **ARGS)
    named = {"Id": ID, "ProductArn": str(FINDING["ProductArn"])}
    account.client("securityhub").batch_update_findings(FindingIdentifiers=[named], Workflow={"Status": "NOTIFIED"})

    outcome = carried_out(replace(proposal))

    assert outcome.verdict is Verdict.STALE
    assert stored(account)["Workflow"] == {"Status": "NOTIFIED"}


@pytest.mark.usefixtures("account")
def test_what_is_not_open_is_not_set_aside() -> None:
    """The second time it is refused, in a sentence."""
    carried_out(proposed("securityhub_suppress", **ARGS))

    with pytest.raises(ToolError, match="is not open"):
        proposed("securityhub_suppress", **ARGS)
