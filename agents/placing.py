"""Where a change's target belongs: its service and its environment, by the service catalogue."""

from agents.offering import Placement
from tools.contract import JsonObject
from tools.instances import environment_of
from tools.knowledge.services import service_in, service_of


def placed(args: JsonObject) -> Placement:
    """Place a change's target by the service catalogue; what is in no service has no environment either.

    An environment that instances.toml gives a cluster or an account holds for whatever is in there.
    """
    cluster = str(args.get("cluster", ""))
    found = service_of(str(args.get("namespace", "")), str(args.get("deployment", "")), cluster)
    service = found or service_in(str(args.get("repository", "")))
    told = environment_of(args) or (service.environment if service else "")
    return Placement(service.name if service else "", told)
