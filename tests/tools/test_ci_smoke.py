"""After a deployment a service is looked at, and no look passes by what could not be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from bot.__main__ import _parser
from bot.smoke import tell_smoke
from config.settings import settings
from sandbox.company import running
from sandbox.demo import WORLDS
from tests.house.test_sizes import ROOT
from tools.aws.alarm_records import read
from tools.ci.smoke import Look, State, against_before, smoke, verdict


@contextmanager
def _world(name: str) -> Iterator[None]:
    with running(WORLDS / name) as company, pytest.MonkeyPatch.context() as patch:
        for key, value in company.environment().items():
            patch.setenv(key, value)
        settings.cache_clear()
        yield
    settings.cache_clear()


def test_a_bad_deployment_fails(capsys: pytest.CaptureFixture[str]) -> None:
    """A service whose alarm fires after a deployment ends with 1 and says which."""
    with _world("bad-deploy"):
        status = tell_smoke("checkout", 15, as_json=False)

    assert status == 1
    assert "✗ alarm checkout-5xx" in capsys.readouterr().out


def test_a_service_that_is_well_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rollout complete, alarm quiet, its metric as before: it ends with 0, for a pipeline to go on."""
    known = {"namespace": "shop", "deployment": "storefront", "alarms": ["storefront-cpu"], "summary": "Pages."}
    (tmp_path / "services.yaml").write_text(yaml.safe_dump({"services": {"pages": known}}))

    with _world("bad-deploy"), pytest.MonkeyPatch.context() as patch:
        patch.setenv("INFRA_CONFIG", str(tmp_path))
        settings.cache_clear()
        status = tell_smoke("pages", 15, as_json=False)

    assert status == 0
    assert capsys.readouterr().out.count("✓") == 3


def test_an_unfinished_rollout_is_waited_for() -> None:
    """As long as it may still pass, and no longer than told; then it has failed."""
    waited: list[float] = []
    with _world("unschedulable"):
        looks = smoke("payments", 1, waited.append)

    assert sum(waited) == 60
    assert verdict(looks) is State.FAILED


def test_nothing_is_waited_for_where_an_alarm_fires() -> None:
    """A rollout is going on, but what is new already hurts: the pipeline learns it at once."""
    waited: list[float] = []
    with _world("bad-deploy"):
        looks = smoke("checkout", 15, waited.append)

    assert waited == []
    assert verdict(looks) is State.FAILED


def test_of_metric_math_every_metric_is_compared() -> None:
    """An alarm on an error rate watches an expression; what it is made of is looked at."""
    balancer = {
        "TargetGroup": "targetgroup/shop-checkout/d7b2f7f002cc575e",
        "LoadBalancer": "app/acme-shop/50dc6c495c0c9188",
    }
    pairs = [{"Name": name, "Value": value} for name, value in balancer.items()]
    metric = {"Namespace": "AWS/ApplicationELB", "MetricName": "HTTPCode_Target_5XX_Count", "Dimensions": pairs}
    queries = [
        {"Id": "e", "MetricStat": {"Metric": metric, "Stat": "Sum"}},
        {"Id": "r", "Expression": "100*e/FILL(e,1)"},
    ]
    alarm = read({"AlarmName": "rate", "Metrics": queries})

    with _world("bad-deploy"):
        looks = tuple(against_before(alarm, 15))

    assert [(look.name, look.state) for look in looks] == [("metric HTTPCode_Target_5XX_Count", State.FAILED)]


def test_a_service_that_nobody_knows_is_not_well(capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is not in the catalogue ends with 2 and names those that are."""
    status = tell_smoke("nothing", 15, as_json=True)

    assert status == 2
    assert "checkout" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        ((), State.UNKNOWN),
        ((State.PASSED, State.PASSED), State.PASSED),
        ((State.PASSED, State.UNKNOWN), State.UNKNOWN),
        ((State.UNKNOWN, State.FAILED), State.FAILED),
    ],
)
def test_nothing_passes_by_what_could_not_be_read(states: tuple[State, ...], whole: State) -> None:
    """One failure fails it; what is unknown is not well."""
    assert verdict(tuple(Look("one", state, "") for state in states)) is whole


def test_the_ready_workflow_calls_commands_that_exist() -> None:
    """Every `python -m bot …` in docs/workflows/deploy.yml is understood by the command line."""
    told = yaml.safe_load((ROOT / "docs/workflows/deploy.yml").read_text("utf-8"))
    lines = [step.get("run", "") for job in told["jobs"].values() for step in job["steps"]]
    commands = [line.partition("-m bot ")[2].partition(" | ")[0] for line in lines if "-m bot " in line]

    parsed = [_parser().parse_args(one.replace('"', "").split()).command for one in commands]

    assert parsed == ["risk", "smoke", "ask"]
    assert "triage" in told["jobs"]
