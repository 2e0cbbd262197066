"""Scores are worth something only if the judge is: right, wrong and unsure answers are told apart."""

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sandbox.evals.floors import FLOORS, always_first_alarm, always_healthy
from sandbox.evals.opensre import figures, incidents, write_world
from sandbox.evals.opensre_passing import category_of, failing
from sandbox.evals.rows import Row, share, table, written
from sandbox.evals.truths import Truth, Verdict, judge, wrong_remedies
from sandbox.evals.worlds import WORLDS, Judged
from sandbox.evals.worlds import figures as world_figures
from sandbox.play import Played
from sandbox.world import read_world

ROLLBACK = {"tool": "kube_rollback", "args": {"namespace": "shop", "deployment": "cart", "revision": 3}}
ILL = Truth("unhealthy", (("cart",), ("2.0", "rollout")), ({"tool": "kube_rollback", "args": {"deployment": "cart"}},))


def answered(health: str = "unhealthy", cause: str = "", proposals: tuple[dict[str, Any], ...] = ()) -> Played:
    """Return an answer as `play` would."""
    return Played(cause or "Words.", health, cause, 0.9, [], [], list(proposals), ["kube_pods"], [], 2.0)


@pytest.mark.parametrize(
    ("truth", "played", "verdict"),
    [
        (ILL, answered(cause="cart 2.0 crashes.", proposals=(ROLLBACK,)), Verdict.RIGHT),
        (ILL, answered(cause="cart 2.0 crashes."), Verdict.WRONG),
        (ILL, answered(cause="The database is full.", proposals=(ROLLBACK,)), Verdict.WRONG),
        (ILL, answered(), Verdict.INCONCLUSIVE),
        (ILL, answered("healthy"), Verdict.WRONG),
        (Truth("healthy"), answered("recovered"), Verdict.RIGHT),
        (Truth("healthy"), answered(cause="The database is full."), Verdict.FALSE_ALARM),
        (Truth("healthy"), answered("unknown"), Verdict.INCONCLUSIVE),
        (Truth("unknown"), answered("unknown"), Verdict.RIGHT),
        (Truth("unknown"), answered(cause="The database is full."), Verdict.WRONG),
    ],
)
def test_an_answer_is_judged_by_cause_remedy_and_abstention(truth: Truth, played: Played, verdict: Verdict) -> None:
    """Naming the cause without the remedy is not right, and neither is a cause where there is none."""
    assert judge(truth, played) is verdict


def test_any_other_proposal_is_a_wrong_remedy() -> None:
    """A remedy fits by tool and by the arguments that the truth names, not by more."""
    restart = {"tool": "kube_restart", "args": ROLLBACK["args"]}

    assert wrong_remedies(ILL, answered(proposals=(ROLLBACK, restart))) == [restart]


def test_the_figures_stand_beside_what_a_trivial_answer_reaches() -> None:
    """Answering healthy is right on the healthy half; that is the floor."""
    judged = [
        Judged("a", ILL, answered(), judge(ILL, answered())),
        Judged("b", Truth("healthy"), answered("healthy"), Verdict.RIGHT),
    ]
    floors = [[judge(one.truth, give("words")) for give in FLOORS.values()] for one in judged]

    rows = {row.metric: row for row in world_figures(judged, floors)}

    assert (rows["right"].value, rows["right"].floor, rows["right"].n) == (50.0, 50.0, 2)
    assert (rows["inconclusive"].value, rows["healthy_claimed"].n) == (50.0, 1)


def test_a_suite_replaces_its_own_rows_and_keeps_the_others(tmp_path: Path) -> None:
    """`make eval` for one suite leaves the other figures in the file."""
    file = tmp_path / "build" / "eval.json"
    written([Row("worlds", "right", 90.0, 20.0, 10), Row("other", "score", 1.0, None, 1)], file)

    written([Row("worlds", "right", 95.0, 20.0, 10)], file)

    assert [(row["suite"], row["value"]) for row in json.loads(file.read_text("utf-8"))] == [
        ("other", 1.0),
        ("worlds", 95.0),
    ]
    assert "95" in table([Row("worlds", "right", 95.0, 20.0, 10)])
    assert share(1, 0) == 0.0


def _suite(folder: Path) -> Path:
    """Write a suite of one healthy case and one with a broken image, in opensre's layout."""
    pod = {"name": "cart-5d9c7b-abcde", "namespace": "web", "phase": "Running", "start_time": "2026-01-01T10:00:00Z"}
    container = {"name": "cart", "ready": True, "restart_count": 0, "state": {"running": True}}
    stuck = {"name": "cart", "ready": False, "state": {"waiting": True, "reason": "ImagePullBackOff", "message": "no"}}
    for name, told, category in (("000-healthy", container, "healthy"), ("001-pull", stuck, "configuration_error")):
        case = folder / "eks" / name
        case.mkdir(parents=True)
        labels = {"alertname": "CartDown", "severity": "critical", "workload_name": "cart"}
        alert = {
            "title": "cart",
            "state": "alerting",
            "commonLabels": labels,
            "commonAnnotations": {"summary": "Down."},
        }
        (case / "alert.json").write_text(json.dumps(alert), "utf-8")
        (case / "scenario.yml").write_text("region: eu-west-1\n", "utf-8")
        (case / "answer.yml").write_text(f"root_cause_category: {category}\nrequired_keywords: [cart]\n", "utf-8")
        (case / "eks_pods.json").write_text(json.dumps({"pods": [{**pod, "containers": [told]}]}), "utf-8")
    return folder


def test_a_third_party_case_becomes_a_world(tmp_path: Path) -> None:
    """The world holds the case's pods, pages with its alert, and stands just after its last evidence."""
    broken = list(incidents(_suite(tmp_path / "data")))[1]

    world = read_world(write_world(broken, tmp_path).world)

    assert [one["kind"] for one in world.objects] == ["Pod"]
    assert world.objects[0]["status"]["containerStatuses"][0]["state"]["waiting"]["reason"] == "ImagePullBackOff"
    assert world.settings["alert"] == {"channel": "incidents", "text": broken.page}
    assert (world.region, world.now.isoformat()) == ("eu-west-1", "2026-01-01T10:01:00+00:00")


def test_a_case_passes_by_category_words_and_evidence(tmp_path: Path) -> None:
    """Each part of the rule can fail by itself, and a healthy answer passes only a healthy case."""
    healthy, broken = incidents(_suite(tmp_path))
    finding = {"finding": {"role": "cause", "code": "image_pull", "observed": "cart cannot pull."}, "evidence": "E1"}
    told = Played("cart", "unhealthy", "cart cannot pull.", 0.9, [finding], [], [], [], [], 1.0)

    assert failing(broken.answer, told) == ""
    assert failing({**broken.answer, "required_keywords": ["DNS"]}, told) == "lacks: ['DNS']"
    assert failing({**broken.answer, "required_evidence_sources": ["aws_rds_events"]}, told).startswith("unread")
    assert failing(healthy.answer, told).startswith("category")
    assert {row.metric: row.value for row in figures([(healthy, told), (broken, told)])}["healthy_misdiagnosed"] == 1


@pytest.mark.parametrize(
    ("codes", "category"),
    [
        (("crash_loop",), "code_defect"),
        (("crash_loop", "config_missing"), "configuration_error"),
        (("dependency_down",), "dependency_failure"),
        (("rds_cpu_saturated",), "resource_exhaustion"),
    ],
)
def test_a_cause_has_a_category(codes: Sequence[str], category: str) -> None:
    """What a crash says of itself goes before that it crashed."""
    found = [
        {"finding": {"role": "cause", "code": code, "observed": f"It {code}."}, "evidence": "E1"} for code in codes
    ]
    told = Played("cart", "unhealthy", f"It {codes[0]}.", 0.9, found, [], [], [], [], 1.0)

    assert category_of(told) == category


def test_the_floors_do_not_look() -> None:
    """One calls everything healthy, the other calls the alarm the cause."""
    assert (always_healthy("CPU is high").health, always_healthy("CPU is high").cause) == ("healthy", "")
    assert always_first_alarm("CPU is high").cause == "CPU is high"


@pytest.mark.parametrize("world", sorted(WORLDS.glob("*/truth.toml")), ids=lambda path: path.parent.name)
def test_a_worlds_truth_says_what_the_judge_needs(world: Path) -> None:
    """A typing error in a truth would make a figure lie."""
    told = tomllib.loads(world.read_text("utf-8"))

    assert {"healthy", "service", "cause", "cause_words", "remedies"} <= told.keys()
    assert told.get("inconclusive") or bool(told["cause"]) is not told["healthy"]
