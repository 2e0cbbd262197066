"""The AWS readings on every world the sandbox has: documented, quick, and leading somewhere."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import tools.aws
from sandbox.world import read_world
from tests.aws_account import Account, looked_at
from tools.aws.alarms import aws_alarm_history, aws_alarms
from tools.aws.log_queries import aws_logs_insights
from tools.aws.logs import aws_log_errors
from tools.aws.metrics import aws_metric
from tools.aws.rds_events import aws_rds_events, aws_rds_instance
from tools.aws.rds_health import aws_rds_health
from tools.aws.rds_performance import aws_rds_performance
from tools.contract import Call, Finding, Role
from tools.declare import checked, describe

WORLDS = sorted({file.parent.parent for file in Path("sandbox/worlds").glob("*/rds/*")})
READINGS = {
    reading.name: reading
    for reading in (
        aws_alarm_history,
        aws_alarms,
        aws_log_errors,
        aws_logs_insights,
        aws_metric,
        aws_rds_events,
        aws_rds_health,
        aws_rds_instance,
        aws_rds_performance,
    )
}
MODULES = [importlib.import_module(f"tools.aws.{found.name}") for found in pkgutil.iter_modules(tools.aws.__path__)]
DOCUMENTED = {code: meaning for module in MODULES for code, meaning in getattr(module, "FINDINGS", {}).items()}


@dataclass(frozen=True)
class Taken:
    """All readings of one world, and what they found."""

    world: str
    found: list[Finding]
    watched: bool  # whether there are alarms, logs or databases at all


@pytest.fixture(scope="module", params=WORLDS, ids=[world.name for world in WORLDS])
def taken(request: pytest.FixtureRequest) -> Iterator[Taken]:
    """Take the readings of all that a world's account holds, and all they lead to."""
    with looked_at(read_world(request.param)) as account:
        estate = account.cloud.present.estate
        watched = bool(estate.alarms or estate.groups or estate.instances)
        yield Taken(request.param.name, everything(account), watched)


def everything(account: Account) -> list[Finding]:
    """Follow every lead; return the findings."""
    estate = account.cloud.present.estate
    calls = [Call("aws_alarms", {})]
    calls += [Call("aws_log_errors", {"log_group": name}) for name in estate.groups]
    calls += [Call("aws_rds_instance", {"instance": each["DBInstanceIdentifier"]}) for each in estate.instances]
    found: list[Finding] = []
    taken: set[str] = set()
    while calls:
        call = calls.pop()
        key = f"{call.tool} {sorted(call.args.items())}"
        if call.tool not in READINGS or key in taken:
            continue
        taken.add(key)
        seen = READINGS[call.tool].call(**checked(READINGS[call.tool], call.args))
        found += seen.findings
        calls += [lead for finding in seen.findings for lead in finding.leads_to]
    return found


def test_findings_are_documented_and_sound(taken: Taken) -> None:
    """Every finding has a documented code, a sentence, a place, and a confidence that is one."""
    assert taken.found or not taken.watched
    assert {finding.code for finding in taken.found} <= DOCUMENTED.keys()
    assert all(finding.observed.endswith(".") and finding.pointer for finding in taken.found)
    assert all(0 < finding.confidence <= 1 for finding in taken.found)


STORIES = {
    "connections": {("rds_connections_exhausted", Role.CAUSE), ("alarm_recurring", Role.CONTEXT)},
    "false-alarm": {("alarm_recovered", Role.HEALTHY), ("rds_normal", Role.HEALTHY)},
    "bad-deploy": {("log_missing_setting", Role.SYMPTOM), ("rds_normal", Role.HEALTHY)},
}


def test_worlds_tell_their_story(taken: Taken) -> None:
    """What a world is about is among the findings, in its part."""
    assert STORIES.get(taken.world, set()) <= {(finding.code, finding.role) for finding in taken.found}


@pytest.mark.parametrize("name", sorted(READINGS))
def test_readings_say_what_they_are_for(name: str) -> None:
    """Each reading has words for people and models."""
    assert describe(READINGS[name]).endswith(".")
