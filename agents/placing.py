"""Where a change's target belongs: its service and its environment, by the service catalogue."""

from agents.offering import Placement
from tools.contract import JsonObject
from tools.knowledge.services import service_in, service_of


def placed(args: JsonObject) -> Placement:
    """Place a change's target by the service catalogue; what is in no service has no environment either."""
    found = service_of(str(args.get("namespace", "")), str(args.get("deployment", "")))
    service = found or service_in(str(args.get("repository", "")))
    return Placement(service.name, service.environment) if service else Placement()
