"""Who works off a queue or a stream, and whether they do."""

from typing import Any

import pytest

from tests.aws_account import at, looked_at
from tools.aws.event_sources import aws_event_sources, judged
from tools.contract import Role

MAPPING = {
    "UUID": "1c2d3e4f-0000-4000-8000-000000000001",
    "EventSourceArn": "arn:aws:sqs:us-east-1:123456789012:labels",
    "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:print-labels:live",
    "State": "Enabled",
}


@pytest.mark.parametrize(
    ("told", "code", "role"),
    [
        ({}, "reader_known", Role.CONTEXT),
        ({"State": "Disabled"}, "reader_disabled", Role.CAUSE),
        ({"LastProcessingResult": "PROBLEM: Function call failed"}, "reader_refused", Role.CAUSE),
        ({"LastProcessingResult": "OK"}, "reader_known", Role.CONTEXT),
    ],
)
def test_a_mapping_is_judged_by_its_state(told: dict[str, Any], code: str, role: Role) -> None:
    """What is switched off or refused works nothing off; else the function is where to look."""
    (found,) = judged("queue", "labels", [{**MAPPING, **told}])

    assert (found.code, found.role) == (code, role)
    assert found.leads_to[0].args == {"kind": "function", "name": "print-labels"}


@pytest.mark.parametrize(("name", "code"), [("labels", "reader_disabled"), ("label", "reader_unknown")])
def test_only_the_queues_own_mappings_count(name: str, code: str) -> None:
    """A name that is a part of another's is another queue."""
    told = {**MAPPING, "State": "Disabled", "LastModified": at(-5)}
    with looked_at({"lambda/mappings.json": {"EventSourceMappings": [told]}}):
        (found,) = aws_event_sources.call(kind="queue", name=name).findings

    assert found.code == code
