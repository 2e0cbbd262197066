"""Set a security finding aside for a while, with a reason; or take it up again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from tools.acting import grant
from tools.aws.client import securityhub, writer
from tools.contract import Call, JsonObject, Preview, Risk, Settled, Settlement, Stale, ToolError, Unknown
from tools.declare import changes
from tools.security.asff import ACTION, BY, UNTIL, control_id, is_open
from tools.security.homes import regions
from tools.security.posture import short

FindingId = Annotated[
    str,
    StringConstraints(min_length=12, max_length=512, pattern=r"^[^\s\x00-\x1f]+$"),
    Field(description="id of the finding in Security Hub, mostly an ARN"),
]
Reason = Annotated[
    str,
    StringConstraints(min_length=10, max_length=400, pattern=r"^[^\x00-\x1f]+$"),
    Field(description="why this is no risk here, or who accepts it; kept as the finding's note"),
]
Days = Annotated[int, Field(ge=1, le=180, description="days until it counts as open again")]

NEEDS = ("securityhub:GetFindings", "securityhub:BatchUpdateFindings")


def preview_suppress(finding: FindingId, reason: Reason, days: Days) -> Preview:
    """Say what `securityhub_suppress` would do.

    Raises:
        ToolError: The finding is not there, or not open.
    """
    told = _found(finding)
    if not is_open(told):
        raise ToolError(f"{_name(told)} is not open ({_status(told)}), so there is nothing to set aside.")
    return Preview(
        summary=f"Set {_name(told)} aside for {days} days.",
        diff=f"-workflow: {_status(told)}\n+workflow: SUPPRESSED\n+note: {reason}\n+until: {_until(days)}",
        blast_radius="Nothing becomes safer: the finding leaves every list until then, and the risk stays as it is.",
        way_back="Take it up again with securityhub_reopen; on the day named it counts as open by itself.",
        observed=_seen(told),
        undo=Call("securityhub_reopen", {"finding": finding}),
    )


def settle_suppress(finding: FindingId, reason: Reason, days: Days) -> Settlement:  # noqa: ARG001 - its own arguments
    """Read back whether this very grant set it aside."""
    return _settled(finding, "SUPPRESSED")


@changes(risk=Risk.MEDIUM, needs=NEEDS, preview=preview_suppress, settle=settle_suppress)
def securityhub_suppress(finding: FindingId, reason: Reason, days: Days) -> str:
    """Set a Security Hub finding aside, with a documented reason and for a number of days.

    Medium risk: nothing breaks and it is undone with a word, but people stop looking at something that may be real. The
    policy asks two people.
    """
    _update(finding, "SUPPRESSED", f"{reason} (until {_until(days)})", _until(days))
    return f"Set {short(finding)} aside until {_until(days)}."


def preview_reopen(finding: FindingId) -> Preview:
    """Say what `securityhub_reopen` would do.

    Raises:
        ToolError: The finding is not there, or was not set aside.
    """
    told = _found(finding)
    if _status(told) != "SUPPRESSED":
        raise ToolError(f"{_name(told)} is not set aside ({_status(told)}), so there is nothing to take up again.")
    return Preview(
        summary=f"Take {_name(told)} up again.",
        diff="-workflow: SUPPRESSED\n+workflow: NEW",
        blast_radius="The finding is back on every list; nothing else changes.",
        way_back="Set it aside again.",
        observed=_seen(told),
    )


def settle_reopen(finding: FindingId) -> Settlement:
    """Read back whether this very grant took it up again."""
    return _settled(finding, "NEW")


@changes(risk=Risk.LOW, needs=NEEDS, preview=preview_reopen, settle=settle_reopen)
def securityhub_reopen(finding: FindingId) -> str:
    """Take up a Security Hub finding that was set aside.

    Low risk: it only shows again what is there.
    """
    _update(finding, "NEW", "Taken up again.", "")
    return f"Took {short(finding)} up again."


def _found(finding: str) -> dict[str, Any]:
    """Return a finding as Security Hub has it now, wherever it is."""
    for region in regions():
        with securityhub(region) as client:
            told = client.get_findings(Filters={"Id": [{"Value": finding, "Comparison": "EQUALS"}]}, MaxResults=1)
            if told["Findings"]:
                return {**told["Findings"][0], "_region": region}
    raise ToolError(f"Security Hub has no finding {finding}: take its id from a posture's evidence.")


def _seen(told: dict[str, Any]) -> JsonObject:
    """Return the facts a decision about a finding rests on; a re-check of the control moves `updated`."""
    product, resource = told["ProductArn"], told["Resources"][0]["Id"]
    facts = {"id": told["Id"], "product": product, "resource": resource, "updated": told["UpdatedAt"]}
    return {**facts, "workflow": _status(told), "severity": told.get("Severity", {}).get("Label", "")}


def _update(finding: str, status: str, note: str, until: str) -> None:
    """Send one update of exactly the finding that was shown, if it is still as it was shown.

    Raises:
        Stale: It changed since.
        Unknown: Security Hub took the request and did not say what became of it.
    """
    told, approved = _found(finding), grant().proposal
    if moved := [name for name, value in _seen(told).items() if approved.preview.observed.get(name) != value]:
        raise Stale(f"Of {_name(told)} changed since it was shown: {', '.join(moved)}; nothing was done.")
    named = {"Id": finding, "ProductArn": told["ProductArn"]}
    with writer("securityhub", told["_region"]) as client:
        answer = client.batch_update_findings(
            FindingIdentifiers=[named],
            Workflow={"Status": status},
            Note={"Text": note[:512], "UpdatedBy": BY},
            UserDefinedFields={ACTION: approved.id, UNTIL: until},
        )
    if refused := answer.get("UnprocessedFindings"):
        raise ToolError(f"Security Hub did not take it: {refused[0].get('ErrorMessage', 'no reason given')}.")
    if not answer.get("ProcessedFindings"):
        raise Unknown("Security Hub answered without saying what became of it.")


def _settled(finding: str, status: str) -> Settlement:
    try:
        told = _found(finding)
    except ToolError as error:
        return Settlement(Settled.UNKNOWN, f"The finding could not be read back: {error}")
    ours = (told.get("UserDefinedFields") or {}).get(ACTION) == grant().proposal.id
    said = f"{_name(told)} is {_status(told)}"
    if ours:
        state = Settled.DONE if _status(told) == status else Settled.UNKNOWN
        return Settlement(state, f"{said} and carries this action's id.")
    return Settlement(Settled.NOT_DONE, f"{said} and does not carry this action's id.")


def _until(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def _name(told: dict[str, Any]) -> str:
    return f"{control_id(told)} on {short(told['Resources'][0]['Id'])}"


def _status(told: dict[str, Any]) -> str:
    return str((told.get("Workflow") or {}).get("Status") or "NEW")
