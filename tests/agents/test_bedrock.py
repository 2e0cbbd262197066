"""Bedrock's Converse wire, end to end: event-stream frames in, tool results out, and its faults."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from agents import ROSTER
from agents.contract import Ending, Health
from agents.events import Ended, Proposed, RunEvent, Said
from agents.models.build import chain_of
from agents.run import LangChainRunner
from config.settings import Settings
from tests.agents.bedrock import Event, saying, serving, using
from tests.agents.company import NOW, Shop, asking
from tests.agents.conftest import played

MODEL = "bedrock_converse:anthropic.claude-3-haiku-20240307-v1:0"
PODS = ("kube_pods", {"namespace": "shop", "workload": "checkout"})
ROLLBACK = (
    "kube_rollback",
    {"namespace": "shop", "deployment": "checkout", "revision": 6, "reason": "It crashes.", "evidence": ["E1"]},
)


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "sandbox")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))


async def _run(
    shop: Shop, *replies: Sequence[Event] | int | None
) -> tuple[list[RunEvent], Ended, list[dict[str, object]]]:
    patience = 2 if None in replies else 120  # only where it hangs is its time to run out
    async with serving(*replies) as bedrock:
        settings = Settings(infra_model=MODEL, aws_endpoint_url=bedrock.url, infra_model_seconds=patience)
        runner = LangChainRunner(ROSTER, shop.tools(), chain_of(settings), now=lambda: NOW)
        events, ended = await played(runner, asking())
        return events, ended, bedrock.requests


async def test_bedrock_uses_tools_and_streams_its_answer(shop: Shop) -> None:
    """Tool use arrives in frames, results go back by id, words stream, tokens are counted."""
    events, ended, requests = await _run(shop, using(PODS), using(ROLLBACK), saying("Revision 7 crashes [E1]."))

    said = [event.text for event in events if isinstance(event, Said)]
    assert "".join(said).strip() == "Revision 7 crashes [E1]."
    assert len(said) > 1
    assert [event.proposal.args["revision"] for event in events if isinstance(event, Proposed)] == [6]
    assert (ended.usage.input_tokens, ended.usage.output_tokens) == (300, 60)
    assert "toolResult" in str(requests[1]["messages"])
    assert "hunter2" not in str(requests)


@pytest.mark.parametrize(
    "fault", [429, 400, None, [*saying("The cause is")[:3], ("cut", {})]], ids=["throttle", "refuse", "hang", "cut"]
)
async def test_bedrock_faults_fall_back_and_are_told(shop: Shop, fault: Sequence[Event] | int | None) -> None:
    """Throttled, refused, hanging or cut off: the embedded engine finishes the run and says so."""
    events, ended, _ = await _run(shop, fault, fault, fault)

    told = "".join(event.text for event in events if isinstance(event, Said))
    assert "the embedded runbook engine takes over" in told
    assert (ended.ending, ended.report.health) == (Ending.ANSWERED, Health.UNHEALTHY)
