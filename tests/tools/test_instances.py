"""Several clusters and accounts: each by its name, and nothing meant for one reaches another."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from agents.placing import placed
from config.settings import Settings
from sandbox.clock import Clock
from sandbox.kube.server import Cluster as Served
from tests.kube_cluster import deployment, serving, world_of
from tests.tools.conftest import KEY, NOON, MemoryLedger
from tools import CATALOGUE
from tools import instances as room
from tools.contract import Call, Change, Finding, JsonObject, Observation, Reading, Role, Tool, ToolError
from tools.declare import checked, reads
from tools.execute import Executor
from tools.grants import issue
from tools.instances import Instances, read_instances
from tools.proposal import Outcome, Proposal, Verdict
from tools.scope import OutOfScope, Scope, outside, within
from tools.spreading import spread

CONFIG = Path(__file__).parents[2] / "config"
ACCOUNT: dict[str, str] = {
    "name": "main",
    "id": "123456789012",
    "region": "eu-west-1",
    "read_role": "arn:aws:iam::123456789012:role/infra-read",
}
WEB: JsonObject = {"namespace": "shop", "deployment": "web"}


@dataclass
class Fleet:
    """Two clusters with the same deployment, and the tools over both."""

    clusters: dict[str, Served]
    there: Instances
    tools: dict[str, Tool]

    def reading(self, name: str) -> Reading:
        """Return a tool that is a reading."""
        tool = self.tools[name]
        assert isinstance(tool, Reading)
        return tool

    def replicas(self, cluster: str) -> object:
        """Return how many pods a cluster's deployment should have."""
        found = self.clusters[cluster].object("deployments", "shop", "web")
        return found["spec"]["replicas"] if found else None

    def proposed(self, **args: object) -> Proposal:
        """Return a proposal to scale."""
        change = self.tools["kube_scale"]
        assert isinstance(change, Change)
        fit = checked(change, {**WEB, **args})
        about = {"reason": "", "evidence": (), "asker": "U0ANA0001", "environment": "", "service": "", "run_id": "r"}
        shown = change.preview(**fit)
        return Proposal("id", change.name, change.version, fit, change.risk, change.needs, shown, **about, at=NOON)  # type: ignore[arg-type]  # by name

    def carries_out(self, proposal: Proposal) -> Outcome:
        """Have a proposal approved and carried out."""
        granted = issue(
            KEY,
            proposal,
            approvers=("U0BEN0001",),
            rule="r",
            policy_version="p",
            granted_at=NOON,
            expires_at=NOON + timedelta(minutes=5),
        )
        return Executor(self.tools, MemoryLedger(), KEY, lambda: NOON).execute(granted)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Serve two clusters."""
    folder, clusters = tmp_path_factory.mktemp("fleet"), {}
    with ExitStack() as open_ones:
        for name, more in (("eu", ()), ("us", (deployment("only-here"),))):
            clusters[name] = Served(world_of(deployment(), *more), Clock())
            url = open_ones.enter_context(serving(clusters[name]))
            (folder / name).write_text(clusters[name].kubeconfig(url), "utf-8")
        told = [{"name": name, "kubeconfig": str(folder / name)} for name in clusters]
        told[1]["environment"] = "staging"
        there = Instances.model_validate({"cluster": told, "account": [ACCOUNT, {**ACCOUNT, "name": "other"}]})
        yield Fleet(clusters, there, {**CATALOGUE, **spread(CATALOGUE, there)})


def test_without_instances_everything_is_as_it_was() -> None:
    """No tool takes an argument that nobody needs."""
    assert spread(CATALOGUE, Instances()) == {}
    assert read_instances(CONFIG / "instances.toml") == Instances()


def test_a_reading_reads_the_cluster_that_is_named(fleet: Fleet) -> None:
    """The first one if none is, and its text says which."""
    reading = fleet.reading("kube_workloads")

    texts = [reading.call(**checked(reading, {"namespace": "shop", **named})).text for named in ({}, {"cluster": "us"})]

    assert ["only-here" in text for text in texts] == [False, True]
    assert [text.splitlines()[0] for text in texts] == ["[cluster eu]", "[cluster us]"]


def test_a_change_reaches_its_cluster_and_no_other(fleet: Fleet) -> None:
    """The name is among the arguments that a yes is bound to, and the card's first line says it."""
    proposal = fleet.proposed(cluster="us", replicas=5)

    outcome = fleet.carries_out(proposal)

    assert proposal.args["cluster"] == "us"
    assert "cluster us" in proposal.preview.summary
    assert proposal.preview.undo == Call("kube_scale", {**WEB, "replicas": 3, "cluster": "us"})
    assert outcome.verdict is not Verdict.STALE
    assert (fleet.replicas("eu"), fleet.replicas("us")) == (3, 5)


def test_a_name_that_is_given_to_another_cluster_after_the_yes_is_stale(fleet: Fleet) -> None:
    """What was approved is the cluster that was shown, not whatever bears its name by now."""
    proposal = fleet.proposed(cluster="eu", replicas=7)
    eu, us = fleet.there.cluster
    swapped = fleet.there.model_copy(update={"cluster": (us.model_copy(update={"name": "eu"}), eu)})
    moved = replace(fleet, tools={**CATALOGUE, **spread(CATALOGUE, swapped)})

    outcome = moved.carries_out(proposal)

    assert outcome.verdict is Verdict.STALE
    assert fleet.replicas("eu") == 3


def test_what_a_reading_leads_to_is_in_the_same_place() -> None:
    """A remedy found in one cluster is never carried out in another."""
    there = Instances.model_validate({"cluster": [{"name": "eu"}, {"name": "us"}]})
    spoken = spread({**CATALOGUE, "kube_pods": _finding()}, there)["kube_pods"]
    assert isinstance(spoken, Reading)

    found = spoken.call(cluster="us").findings[0]

    assert found.remedy == Call("kube_restart", {**WEB, "cluster": "us"})
    assert found.leads_to == (Call("service_lookup", {"words": "web"}),)


def test_an_unknown_instance_is_one_clear_sentence(fleet: Fleet) -> None:
    """It says which there are."""
    with pytest.raises(ToolError, match=r"There is no cluster named mars; instances\.toml names: eu, us"):
        checked(fleet.tools["kube_pods"], {"namespace": "shop", "cluster": "mars"})


def test_scopes_hold_for_clusters(fleet: Fleet) -> None:
    """What is not in the scope is neither read nor changed there."""
    scope = Scope("this channel", namespaces=("*",), clusters=("eu",))

    with within((scope,)), pytest.raises(OutOfScope, match="Cluster us"):
        fleet.reading("kube_workloads").call(namespace="shop", cluster="us")

    assert "Cluster us" in outside((scope,), {"namespace": "shop", "cluster": "us"})


def test_the_account_says_region_and_roles(fleet: Fleet) -> None:
    """AWS is asked in the account that is named, with its role."""
    seen: list[Settings] = []

    @reads(needs=("rds:DescribeEvents",))
    def aws_probe() -> Observation:
        """Look at where it works."""
        seen.append(room.settings_here())
        return Observation("")

    probe = spread({"aws_probe": aws_probe}, fleet.there)["aws_probe"]
    assert isinstance(probe, Reading)
    probe.call(account="other")

    assert (seen[0].aws_region, seen[0].aws_read_role_arn) == (ACCOUNT["region"], ACCOUNT["read_role"])


def test_a_clusters_environment_decides(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy goes by where the change would be, not by a service of the same name elsewhere."""
    monkeypatch.setattr(room, "instances", lambda: fleet.there)

    assert placed({"namespace": "shop", "deployment": "checkout", "cluster": "us"}).environment == "staging"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[cluster]]\nname = "EU"', "cluster.0.name"),
        ('[[cluster]]\nname = "eu"\n[[cluster]]\nname = "eu"', "same name"),
        ('[[account]]\nname = "a"\nid = "12"', "account.0.id"),
        (
            '[[account]]\nname = "a"\nid = "123456789012"\nread_role = "arn:aws:iam::210987654321:role/x"',
            "no role of account",
        ),
    ],
)
def test_what_does_not_fit_is_named(tmp_path: Path, text: str, said: str) -> None:
    """File, place and reason."""
    file = tmp_path / "instances.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(ValueError, match=said):
        read_instances(file)


def _finding() -> Reading:
    @reads(needs=("core/pods:list",))
    def kube_pods() -> Observation:
        """Find a crash loop, and what would end it."""
        remedy, look = Call("kube_restart", dict(WEB)), Call("service_lookup", {"words": "web"})
        return Observation("", (Finding("x", "y", "", "", 1.0, Role.CAUSE, leads_to=(look,), remedy=remedy),))

    return kube_pods
