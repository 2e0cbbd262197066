"""Who works off a queue or a stream: the Lambda functions that its event source mappings call, and whether they do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from pydantic import Field

from tools.aws.client import reader
from tools.aws.wording import clock, shortened
from tools.contract import Call, Finding, Observation, Role
from tools.declare import reads
from tools.scope import require

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

FINDINGS = {
    "reader_disabled": "The event source mapping that feeds a function is switched off, so nothing is worked off.",
    "reader_refused": "Lambda cannot read the queue or stream, or cannot call the function for it.",
    "reader_known": "A function works off the queue or stream; what ails it keeps messages waiting.",
    "reader_unknown": "No Lambda function works off the queue or stream; something else may.",
}
MOST = 1000
"""Mappings that are looked through; AWS answers 100 a page:
https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html"""

ADVICE = "Enable the event source mapping again, once it is clear why it was switched off."

Name = Annotated[str, Field(min_length=1, max_length=255, description="name of the queue or stream")]


@reads(needs=("lambda:ListEventSourceMappings",))
def aws_event_sources(kind: Literal["queue", "stream"], name: Name) -> Observation:
    """Say which Lambda functions work off a queue or stream, and whether their event source mappings are enabled."""
    require("databases", "")  # mappings of the whole account are listed: unscoped runs see them
    with reader("lambda") as made:
        client = cast("LambdaClient", made)
        pages = client.get_paginator("list_event_source_mappings").paginate(PaginationConfig={"MaxItems": MOST})
        every = [each for page in pages for each in page["EventSourceMappings"]]
    found = judged(kind, name, [each for each in every if _fed_by(each, name)])
    return Observation("\n".join(one.observed for one in found), found)


def judged(kind: str, name: str, mappings: Sequence[Any]) -> tuple[Finding, ...]:
    """Return what each mapping of a queue or stream does, or that there is none."""
    if not mappings:
        none = f"No Lambda function works off {kind} {name}."
        return (Finding("reader_unknown", f"{kind}/{name}", none, "ListEventSourceMappings", 0.6, Role.CONTEXT),)
    return tuple(_finding(kind, name, each) for each in mappings)


def _finding(kind: str, name: str, told: Any) -> Finding:
    function = _function(told)
    code, sure, so = _state(told)
    role = Role.CONTEXT if code == "reader_known" else Role.CAUSE
    looks = (Call("aws_resource_health", {"kind": "function", "name": function}),)
    return Finding(
        code=code,
        subject=f"{kind}/{name}",
        observed=f"Function {function} works off {kind} {name}{so}.",
        pointer=f"event source mapping {told.get('UUID', '')}",
        confidence=sure,
        role=role,
        since=told.get("LastModified") if role is Role.CAUSE else None,
        leads_to=(*looks, Call("aws_changes", {"resource": function})) if role is Role.CAUSE else looks,
        advice=ADVICE if code == "reader_disabled" else "",
    )


def _state(told: Any) -> tuple[str, float, str]:
    """Return what a mapping's state is called in findings, how sure it is, and the rest of the sentence."""
    state, result, since = told.get("State", ""), str(told.get("LastProcessingResult", "")), told.get("LastModified")
    if state in {"Disabled", "Disabling"}:
        return "reader_disabled", 0.87, f", and its mapping is disabled{f' since {clock(since)}' if since else ''}"
    if result.startswith("PROBLEM"):
        return "reader_refused", 0.8, f", and Lambda says: {shortened(result, 200).rstrip('.')}"
    return "reader_known", 0.8, f": its mapping is {state.lower() or 'there'}"


def _function(told: Any) -> str:
    """Return the function's name from its ARN, without a version or an alias."""
    parts = str(told.get("FunctionArn", "")).split(":")
    return parts[6] if len(parts) > 6 else "?"  # noqa: PLR2004 - arn:aws:lambda:region:account:function:name


def _fed_by(told: Any, name: str) -> bool:
    """Tell whether a mapping's source is that queue (…:name) or that stream (…:stream/name)."""
    return str(told.get("EventSourceArn", "")).rpartition(":")[2].removeprefix("stream/") == name
