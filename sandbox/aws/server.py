"""One AWS endpoint for all services: known operations are answered from the world, the others by moto or not at all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from aiohttp import web

from sandbox.aws import alarms, logs, metrics, performance, rds
from sandbox.aws.containers import Containers
from sandbox.aws.costs import Costs
from sandbox.aws.errors import AwsError
from sandbox.aws.fallback import by_moto
from sandbox.aws.healing import Conditions, Healing
from sandbox.aws.load import load
from sandbox.aws.log_queries import Queries
from sandbox.aws.machines import Machines
from sandbox.aws.mappings import Mappings
from sandbox.aws.present import Present
from sandbox.aws.quotas import Quotas
from sandbox.aws.recorder import Recorder
from sandbox.aws.roles import OWN, Roles, Session, check
from sandbox.aws.security_hub import SecurityHub
from sandbox.aws.targets import Targets
from sandbox.aws.tracing import Tracing
from sandbox.aws.trail import Trail
from sandbox.aws.watchers import Watchers
from sandbox.aws.wire import Answer, Called, Params, Request, answer, called, key_of, parameters, refusal
from sandbox.clock import Clock
from sandbox.world import World

Operation: TypeAlias = Callable[[Present, Params], Params]

BODY_LIMIT = 1024 * 1024

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Call:
    """One API call that came in, and under which role."""

    service: str
    operation: str
    params: Params
    session: Session = OWN


class Cloud:
    """The AWS account of a company.

    Attributes:
        calls: Every call, in order; parameters only of those answered from the world.
    """

    def __init__(self, world: World, clock: Clock, cluster: Conditions) -> None:
        self.present = Present(load(world), clock, Healing(world, clock, cluster))
        self.calls: list[Call] = []
        queries = Queries()
        self.roles = Roles()
        self._operations: dict[tuple[str, str], Operation] = KNOWN | {
            ("logs", "StartQuery"): queries.start,
            ("logs", "GetQueryResults"): queries.results,
            ("sts", "AssumeRole"): self.roles.assume,
            **SecurityHub(world).operations,
            **Watchers(world).operations,
            **Recorder(world).operations,
            **Trail(world).operations,
            **Tracing(world).operations,
            **Quotas(world).operations,
            **Costs(world).operations,
            **Machines(world).operations,
            **Containers(world).operations,
            **Mappings(world).operations,
            **Targets(world).operations,
        }

    def handle(self, request: Request) -> Answer:
        """Answer a request."""
        call = Called("", "", "json")
        try:
            call = called(request)
            return self._answered(call, request)
        except AwsError as error:
            return refusal(call, error)
        except Exception:
            log.exception("The sandbox failed in %s %s", call.service, call.operation)
            return refusal(call, AwsError("InternalFailure", "The sandbox failed; see its log.", 500))

    def _answered(self, call: Called, request: Request) -> Answer:
        session = self.roles.session(key_of(request), datetime.fromtimestamp(self.present.clock.time(), UTC))
        check(session, call.service, call.operation)
        operation = self._operations.get((call.service, call.operation))
        if operation is None:
            self.calls.append(Call(call.service, call.operation or f"{request.method} {request.path}", {}, session))
            return by_moto(call, request)
        params = parameters(call, request)
        self.calls.append(Call(call.service, call.operation, params, session))
        return answer(call, operation(self.present, params))


def make_app(cloud: Cloud) -> web.Application:
    """Serve an account."""

    async def serve(request: web.Request) -> web.Response:
        arrived = Request(request.method, request.path, request.query_string, request.headers, await request.read())
        made = await asyncio.to_thread(cloud.handle, arrived)
        return web.Response(status=made.status, headers=made.headers, body=made.body)

    app = web.Application(client_max_size=BODY_LIMIT)
    app.router.add_route("*", "/{path:.*}", serve)
    return app


def caller_identity(now: Present, _params: Params) -> Params:
    """Answer STS GetCallerIdentity: the role a read-only bot would have."""
    account = now.estate.account
    return {
        "Account": account,
        "UserId": "AROASANDBOX000000000:infra",
        "Arn": f"arn:aws:sts::{account}:assumed-role/infra-reader/infra",
    }


KNOWN: dict[tuple[str, str], Operation] = {
    ("cloudwatch", "DescribeAlarms"): alarms.describe_alarms,
    ("cloudwatch", "DescribeAlarmsForMetric"): alarms.describe_alarms_for_metric,
    ("cloudwatch", "DescribeAlarmHistory"): alarms.describe_alarm_history,
    ("cloudwatch", "ListMetrics"): metrics.list_metrics,
    ("cloudwatch", "GetMetricData"): metrics.get_metric_data,
    ("cloudwatch", "GetMetricStatistics"): metrics.get_metric_statistics,
    ("logs", "DescribeLogGroups"): logs.describe_log_groups,
    ("logs", "DescribeLogStreams"): logs.describe_log_streams,
    ("logs", "FilterLogEvents"): logs.filter_log_events,
    ("logs", "GetLogEvents"): logs.get_log_events,
    ("logs", "CreateLogStream"): logs.create_log_stream,
    ("logs", "PutLogEvents"): logs.put_log_events,
    ("rds", "DescribeDBInstances"): rds.describe_instances,
    ("rds", "DescribeDBClusters"): rds.describe_clusters,
    ("rds", "DescribeEvents"): rds.describe_events,
    ("rds", "DescribeDBParameters"): rds.describe_parameters,
    ("pi", "GetResourceMetrics"): performance.get_resource_metrics,
    ("pi", "DescribeDimensionKeys"): performance.describe_dimension_keys,
    ("sts", "GetCallerIdentity"): caller_identity,
}
