"""Typed clients for AWS, and the one place where its errors become sentences."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from config.settings import Settings, settings
from tools.acting import grant, sending
from tools.aws.roles import own_session, reading_session, writing_session
from tools.aws.scoping import kept_in_scope
from tools.contract import ToolError, Unknown
from tools.instances import settings_here

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError
    from types_boto3_accessanalyzer import AccessAnalyzerClient
    from types_boto3_cloudtrail import CloudTrailClient
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_config import ConfigServiceClient
    from types_boto3_ecs import ECSClient
    from types_boto3_guardduty import GuardDutyClient
    from types_boto3_logs import CloudWatchLogsClient
    from types_boto3_pi import PIClient
    from types_boto3_rds import RDSClient
    from types_boto3_securityhub import SecurityHubClient
    from types_boto3_service_quotas import ServiceQuotasClient

CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 2, 8, 3

DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"}
EXPIRED = {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"}
THROTTLED = {"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException"}

LOST = {"ReadTimeoutError", "ConnectionClosedError", "ResponseStreamingError", "HTTPClientError"}
"""After these a request may have been carried out; a connection that could not be made carried nothing."""
SERVER_ERROR = 500

_lock = threading.Lock()
_clients: dict[tuple[str, str, Settings], Any] = {}


@contextmanager
def cloudwatch() -> Iterator[CloudWatchClient]:
    """Give a CloudWatch client; within the block AWS's errors are ToolErrors."""
    with _translated("cloudwatch"):
        yield _client("cloudwatch")


@contextmanager
def logs() -> Iterator[CloudWatchLogsClient]:
    """Give a CloudWatch Logs client; within the block AWS's errors are ToolErrors."""
    with _translated("logs"):
        yield _client("logs")


@contextmanager
def cloudtrail() -> Iterator[CloudTrailClient]:
    """Give a CloudTrail client; within the block AWS's errors are ToolErrors."""
    with _translated("cloudtrail"):
        yield _client("cloudtrail")


@contextmanager
def rds() -> Iterator[RDSClient]:
    """Give an RDS client; within the block AWS's errors are ToolErrors."""
    with _translated("rds"):
        yield _client("rds")


@contextmanager
def pi() -> Iterator[PIClient]:
    """Give a Performance Insights client; within the block AWS's errors are ToolErrors."""
    with _translated("pi"):
        yield _client("pi")


@contextmanager
def ecs() -> Iterator[ECSClient]:
    """Give an ECS client; within the block AWS's errors are ToolErrors."""
    with _translated("ecs"):
        yield _client("ecs")


@contextmanager
def securityhub(region: str = "") -> Iterator[SecurityHubClient]:
    """Give a Security Hub client, of another region if one is named; within the block AWS's errors are ToolErrors."""
    with _translated("securityhub"):
        yield _client("securityhub", region)


@contextmanager
def guardduty(region: str = "") -> Iterator[GuardDutyClient]:
    """Give a GuardDuty client, of another region if one is named; within the block AWS's errors are ToolErrors."""
    with _translated("guardduty"):
        yield _client("guardduty", region)


@contextmanager
def configuration(region: str = "") -> Iterator[ConfigServiceClient]:
    """Give an AWS Config client, of another region if one is named; within the block AWS's errors are ToolErrors."""
    with _translated("config"):
        yield _client("config", region)


@contextmanager
def analyzer(region: str = "") -> Iterator[AccessAnalyzerClient]:
    """Give an IAM Access Analyzer client, of another region if one is named; AWS's errors are ToolErrors."""
    with _translated("accessanalyzer"):
        yield _client("accessanalyzer", region)


@contextmanager
def servicequotas(region: str = "") -> Iterator[ServiceQuotasClient]:
    """Give a Service Quotas client, of another region if one is named; within the block AWS's errors are ToolErrors."""
    with _translated("servicequotas"):
        yield _client("service-quotas", region)


@contextmanager
def reader(service: str, region: str = "") -> Iterator[Any]:
    """Give a reading client of a service that a room has its own types for; within the block errors are ToolErrors."""
    with _translated(service):
        yield _client(service, region)


@contextmanager
def own(service: str) -> Iterator[Any]:
    """Give a client with the bot's own credentials, for keeping its own records; errors are ToolErrors."""
    told = settings()
    with _translated(service):
        with _lock:
            if (f"own {service}", "", told) not in _clients:
                _clients[f"own {service}", "", told] = _made(service, told, own_session(told), ATTEMPTS)
        yield _clients[f"own {service}", "", told]


@contextmanager
def writer(service: str, region: str = "") -> Iterator[Any]:
    """Give a client that may do what the change being carried out declares; within the block errors are ToolErrors.

    It repeats nothing: an error after the request was sent is `Unknown`, and what became of it is read back.

    Raises:
        Refused: Outside the executor.
        Unknown: The request may or may not have been carried out.
        ToolError: No write role is set, or AWS refused; nothing was done.
    """
    current, told = grant(), settings_here()
    with _translated(service, writing=True):
        with _lock:
            client = _made(service, told, writing_session(told, current), 1, region)
        sending()
        yield client


def _client(service: str, region: str = "") -> Any:
    """Return the client for the present settings; made under a lock, because boto3 sessions are not thread-safe."""
    told = settings_here()
    with _lock:
        if (service, region, told) not in _clients:
            _clients[service, region, told] = kept_in_scope(_made(service, told, _reading(told), ATTEMPTS, region))
        return _clients[service, region, told]


@cache
def _reading(told: Settings) -> Any:
    """Return the one session of all readings, so that the read role is taken once."""
    return reading_session(told)


def _made(service: str, told: Settings, session: Any, attempts: int, region: str = "") -> Any:
    from botocore.config import Config  # noqa: PLC0415 - costs hundreds of milliseconds, paid on the first look at AWS

    config = Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": attempts},
        max_pool_connections=32,
    )
    where = {"region_name": region or told.aws_region, "endpoint_url": told.aws_endpoint_url or None}
    return session.client(service, **where, config=config)


@contextmanager
def _translated(service: str, *, writing: bool = False) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - see _made

    try:
        yield
    except ClientError as error:
        raise _answered(service, error, writing=writing) from error
    except BotoCoreError as error:
        lost = writing and type(error).__name__ in LOST
        raise (Unknown if lost else ToolError)(_unreachable(service, error)) from error


def _answered(service: str, error: ClientError, *, writing: bool) -> ToolError:
    """Return what an error answer means; a write that broke the service may have happened."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    kind = Unknown if writing and status >= SERVER_ERROR else ToolError
    return kind(_refused(service, error))


def _refused(service: str, error: ClientError) -> str:
    code = error.response.get("Error", {}).get("Code", "")
    said = error.response.get("Error", {}).get("Message", "").strip().rstrip(".")
    call = f"{service}:{error.operation_name}"
    if error.operation_name == "AssumeRole":
        return (
            f"AWS did not give the bot its role ({code}): `python -m bot permissions` prints what to trust and allow."
        )
    if code in DENIED:
        return f"AWS denied {call}: add it to the policy of the bot's role; `python -m bot permissions` prints it."
    if code in EXPIRED:
        return f"AWS did not accept the bot's credentials for {call}: renew them ({code})."
    if code in THROTTLED:
        return f"AWS is throttling {call}: wait a minute and ask again."
    return f"AWS refused {call}: {said or code} ({code})."


def _unreachable(service: str, error: BotoCoreError) -> str:
    match type(error).__name__:
        case "NoCredentialsError" | "PartialCredentialsError" | "ProfileNotFound":
            return "The bot has no AWS credentials: give it a role or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
        case "ConnectTimeoutError" | "ReadTimeoutError" | "EndpointConnectionError" | "ConnectionClosedError":
            return f"AWS {service} did not answer: check AWS_REGION, AWS_ENDPOINT_URL and the network, then ask again."
        case _:
            return f"AWS {service} could not be asked: {error}."
