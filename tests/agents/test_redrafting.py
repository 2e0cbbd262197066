"""An edited proposal: other arguments, previewed anew, and the editor's own."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agents.offering import Placement
from agents.redrafting import Redrafting
from tests.bot.flow_fakes import ANA, BEN, make_proposal
from tools.contract import Change, JsonObject, Preview, Risk, Settled, Settlement, Tool, ToolError
from tools.declare import changes
from tools.proposal import Proposal

LATER = datetime(2026, 1, 1, 12, 5, tzinfo=UTC)
PASSWORD = "password=hunter2hunter2"


def preview(namespace: str, deployment: str, replicas: int) -> Preview:
    """Say what would change, with a secret in it."""
    if deployment == "gone":
        raise ToolError("There is no such deployment; check the name.")
    told = f"Scale {namespace}/{deployment} to {replicas}"
    return Preview(told, PASSWORD, "pods", "back", observed={"replicas": replicas})


def settle(namespace: str, deployment: str, replicas: int) -> Settlement:
    """Say that it is done."""
    return Settlement(Settled.DONE, f"{namespace}/{deployment} has {replicas}")


@changes(risk=Risk.HIGH, needs=("apps/deployments:patch",), preview=preview, settle=settle)
def kube_scale(namespace: str, deployment: str, replicas: int) -> str:
    """Scale a deployment."""
    raise AssertionError((namespace, deployment, replicas))


def placed(args: JsonObject) -> Placement:
    """Place staging apart from everything else."""
    return Placement("checkout", "staging" if args["namespace"] == "staging" else "production")


KNOWN: Mapping[str, Tool] = {"kube_scale": kube_scale}


def redraft(args: JsonObject | None = None, old: Proposal | None = None, tools: Mapping[str, Tool] = KNOWN) -> Proposal:
    """Have Ben edit a proposal of Ana's."""
    told = {"namespace": "shop", "deployment": "checkout", "replicas": 5} | (args or {})
    return Redrafting(tools, placed)(old or make_proposal(), told, BEN, LATER)


def test_an_edit_is_a_proposal_of_the_editors() -> None:
    """It has an id and an asker of its own, the tool's risk and version of today, and a fresh preview."""
    made = redraft()

    assert made.id != make_proposal().id
    assert (made.asker, made.at, make_proposal().asker) == (BEN, LATER, ANA)
    assert (made.risk, made.version, made.args["replicas"]) == (Risk.HIGH, kube_scale.version, 5)
    assert made.preview.observed == {"replicas": 5}


def test_what_led_to_it_still_shows() -> None:
    """Evidence, run and taint go along; the reason says that a person changed it."""
    old = replace(make_proposal(), taint=("log of checkout",))

    made = redraft(old=old)

    assert (made.taint, made.evidence, made.run_id) == (old.taint, old.evidence, old.run_id)
    assert "by hand" in made.reason
    assert old.reason in made.reason


def test_an_edit_that_moves_the_target_is_placed_anew() -> None:
    """The environment, by which the policy decides, is that of the new target."""
    assert redraft({"namespace": "staging"}).environment == "staging"


def test_secrets_in_the_new_preview_are_masked() -> None:
    """Its words are as safe to show as the first one's."""
    assert "hunter2" not in redraft().preview.diff


@pytest.mark.parametrize(
    ("args", "about"),
    [
        ({"replicas": 3}, "Nothing is different"),
        ({"replicas": "5"}, "replicas"),
        ({"surge": 1}, "surge"),
        ({"deployment": "gone"}, "no such deployment"),
    ],
    ids=["the same", "another type", "another argument", "refused by its preview"],
)
def test_what_cannot_be_proposed_is_refused_with_a_sentence(args: JsonObject, about: str) -> None:
    """An edit goes through the same checks as what an agent proposes."""
    with pytest.raises(ToolError, match=about):
        redraft(args)


def test_a_change_that_is_gone_cannot_be_edited() -> None:
    """Editing does not bring a tool back."""
    with pytest.raises(ToolError, match="not a change"):
        redraft(tools={})


def test_it_is_a_change() -> None:
    """The fake is declared as the real ones are."""
    assert isinstance(kube_scale, Change)
