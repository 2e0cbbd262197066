"""A change of the cluster is made as the person who approved it, and as nobody else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.settings import Settings
from sandbox.kube.access import USER
from sandbox.kube.server import Cluster
from tests.tools.kube_world import granted, served, shop
from tools import acting, people
from tools.contract import JsonObject, Refused, ToolError
from tools.kube import changing
from tools.kube.client import writer
from tools.kube.refusals import Forbidden
from tools.kube.scale import kube_scale
from tools.people import read_people

TO_FIVE: JsonObject = {"namespace": "shop", "deployment": "checkout", "replicas": 5}
PEOPLE = """
[kubernetes.people]
U0BEN0001 = { user = "ben@acme.example", groups = ["oncall", "shop:developers"] }
"""


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """Serve a shop whose cluster lets Infra's own account rehearse only; Ben is mapped."""
    monkeypatch.setattr(changing, "LOOK_SECONDS", 0.02)
    (tmp_path / "people.toml").write_text(PEOPLE, "utf-8")
    told = Settings(infra_config=tmp_path)
    monkeypatch.setattr(people, "settings", lambda: told)
    world = shop()
    strict = replace(world, settings={**world.settings, "rbac": {"rehearse_only": True, "deny": DENIED}})
    with served(strict, tmp_path, monkeypatch) as running:
        yield running


DENIED = [{"verbs": ["patch"], "users": ["gus@acme.example"]}]


def test_a_change_is_made_as_its_approver(cluster: Cluster) -> None:
    """The cluster's own log has the person and the groups; the bot's account made only the dry run."""
    grant = granted(kube_scale, TO_FIVE)

    with acting.acting_on(grant):
        kube_scale.apply(**TO_FIVE)

    [write] = cluster.writes
    assert (write.user, write.groups) == ("ben@acme.example", ("oncall", "shop:developers"))


def test_readings_and_rehearsals_are_the_bots_own(cluster: Cluster) -> None:
    """A preview impersonates nobody."""
    kube_scale.preview(**TO_FIVE)

    assert {one.user for one in cluster.asked} == {USER}


def test_an_approver_whom_nobody_mapped_changes_nothing(cluster: Cluster) -> None:
    """The bot does not lend its own rights; the sentence says whom to add where."""
    grant = replace(granted(kube_scale, TO_FIVE), approvers=("U0BEN0001", "U0CARA001"))

    with acting.acting_on(grant), pytest.raises(Refused, match=r"Add <@U0CARA001> to kubernetes\.people"):
        kube_scale.apply(**TO_FIVE)

    assert not cluster.writes


def test_what_the_approver_may_not_do_is_not_done(cluster: Cluster, tmp_path: Path) -> None:
    """The cluster's rules about the person hold, whatever the bot's account may do."""
    (tmp_path / "people.toml").write_text(PEOPLE.replace("ben@", "gus@"), "utf-8")
    read_people.cache_clear()
    grant = granted(kube_scale, TO_FIVE)

    with acting.acting_on(grant), pytest.raises(Forbidden, match=r"gus@acme\.example"):
        kube_scale.apply(**TO_FIVE)

    assert not cluster.writes


def test_what_the_policy_allowed_needs_somebody_to_act_as(cluster: Cluster, tmp_path: Path) -> None:
    """A change that nobody approved in person is made as `nobody`, if the file says who that is."""
    grant = replace(granted(kube_scale, TO_FIVE), approvers=())
    with acting.acting_on(grant), pytest.raises(Refused, match=r"kubernetes\.nobody"):
        writer()

    (tmp_path / "people.toml").write_text(PEOPLE + '[kubernetes.nobody]\nuser = "infra:policy"\n', "utf-8")
    read_people.cache_clear()
    with acting.acting_on(grant):
        kube_scale.apply(**TO_FIVE)

    assert cluster.writes[0].user == "infra:policy"


@pytest.mark.parametrize("text", ["[kubernetes", "[kubernetes.people]\nU1 = { user = '' }", "[other]\nx = 1"])
def test_a_wrong_file_is_told_with_its_place(tmp_path: Path, text: str) -> None:
    """The sentence names the file."""
    file = tmp_path / "people.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(ToolError, match=r"people\.toml"):
        read_people(file)


def test_no_file_maps_nobody(tmp_path: Path) -> None:
    """Then changes are made as the bot's own account."""
    assert read_people(tmp_path / "people.toml").kubernetes.people == {}
