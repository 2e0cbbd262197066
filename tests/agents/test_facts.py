"""What an ask is about, as readings find it out along the way."""

from agents.notebook import Look
from agents.runbook.case import Case
from agents.runbook.facts import facts_of
from tests.agents.company import NOW, asking
from tools.contract import Call, Finding, Observation, Role

TASKS = Call("aws_ecs_service", {"service": "search", "cluster": "main"})
LOG = Call("aws_log_errors", {"log_group": "/ecs/search"})


def look(number: int, call: Call, subject: str, code: str, leads: Call) -> Look:
    """Return a look that found one thing, which leads on."""
    found = Finding(code, subject, "…", "row 1", 0.8, Role.CONTEXT, leads_to=(leads,))
    return Look(f"E{number}", call, Observation("…", (found,)))


def test_a_load_balancer_rests_on_the_service_whose_tasks_its_targets_are() -> None:
    """Who asks about the balancer asks about the service, which rests on what its log says."""
    targets = Call("aws_target_health", {"kind": "load_balancer", "name": "public"})
    looks = (
        look(1, targets, "load_balancer/public", "targets_owned", TASKS),
        look(2, TASKS, "container_service/search", "ecs_exits", LOG),
    )
    ask = asking("what is wrong with public?")

    facts = facts_of(Case(ask, NOW, "incident", None, looks))

    assert facts.scope == {"load_balancer/public", "container_service/search"}
    assert facts.depends["container_service/search"] == {"log_group//ecs/search"}
