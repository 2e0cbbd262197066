"""AWS's wire protocols: an HTTP request becomes an operation with parameters, a result becomes an HTTP answer."""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeAlias, cast
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import cbor2
from botocore.utils import parse_timestamp
from botocore.validate import ParamValidator
from moto.core.model import ServiceModel
from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
from moto.core.serialize import SerializationContext, get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.datastructures import MultiDict

from sandbox.aws.errors import AwsError
from sandbox.aws.routes import ROUTED, route

Params: TypeAlias = dict[str, Any]
"""An operation's input or output members, in the API's own names."""

SIGNED_AS = {"monitoring": "cloudwatch", "access-analyzer": "accessanalyzer"}
"""Services whose signing name is not the name of their model."""

QUERIES = {"ec2": "ec2"}
"""Services that speak their own form of the query protocol."""

MODELS = {"servicequotas": "service-quotas", "elasticloadbalancing": "elbv2"}
"""Services that IAM and signatures name otherwise than botocore's folders."""


@dataclass(frozen=True)
class Request:
    """An HTTP request as it arrived."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """An HTTP answer to be sent."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Called:
    """A request understood: what is called, over which protocol."""

    service: str
    operation: str
    protocol: str


def called(request: Request) -> Called:
    """Tell which operation a request calls; an empty one where the protocol hides it in the path.

    Raises:
        AwsError: The request is not signed, or calls nothing.
    """
    scope = re.search(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/", request.headers.get("Authorization", ""))
    if not scope:
        raise AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
    service = SIGNED_AS.get(scope[1], scope[1])
    kind = request.headers.get("Content-Type", "")
    if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
        return Called(service, request.path.rpartition("/")[2], "smithy-rpc-v2-cbor")
    if kind.startswith("application/x-amz-json"):
        return Called(service, request.headers.get("X-Amz-Target", "").rpartition(".")[2], "json")
    if kind.startswith("application/x-www-form-urlencoded"):
        return Called(
            service,
            dict(parse_qsl(request.body.decode("utf-8", "replace"))).get("Action", ""),
            QUERIES.get(service, "query"),
        )
    if service in ROUTED:
        return Called(service, route(service, request.method, request.path)[0], "rest-json")
    return Called(service, "", "rest")


def key_of(request: Request) -> str:
    """Return the access key that a request is signed with."""
    found = re.search(r"Credential=([^/]+)/", request.headers.get("Authorization", ""))
    return found[1] if found else ""


@cache
def model(service: str) -> ServiceModel:
    """Return botocore's description of a service."""
    return get_service_model(MODELS.get(service, service))


def parameters(call: Called, request: Request) -> Params:
    """Return a call's parameters, parsed and validated by the service's model.

    Raises:
        AwsError: They do not parse, or do not fit the model.
    """
    operation = model(call.service).operation_model(call.operation)
    try:
        params = _parsed(call, request, operation)
    except (RequestParserError, ValueError, TypeError, AttributeError, cbor2.CBORDecodeError) as error:
        raise AwsError("SerializationException", f"The request could not be read: {error}") from error
    if operation.input_shape is not None:
        report = ParamValidator().validate(params, operation.input_shape)
        if report.has_errors():
            raise AwsError(_invalid(call.service), report.generate_report())
    return params


def answer(call: Called, result: Params) -> Answer:
    """Serialize a result, after checking it against the service's model.

    Raises:
        TypeError: The sandbox made an answer that AWS could not have given.
    """
    operation = model(call.service).operation_model(call.operation)
    if operation.output_shape is not None:
        report = ParamValidator().validate(result, operation.output_shape)
        if report.has_errors():
            raise TypeError(f"{call.service} {call.operation}: {report.generate_report()}")
    if call.protocol == "smithy-rpc-v2-cbor":
        return _cbor(200, result)
    maker = get_serializer_class(call.service, call.protocol)
    made = maker(operation, SerializationContext(str(uuid.uuid4()))).serialize(result)
    body = made["body"]
    return Answer(made["status_code"], dict(made["headers"]), body if isinstance(body, bytes) else body.encode())


def refusal(call: Called, error: AwsError) -> Answer:
    """Serialize an error in the call's protocol."""
    name = _shape_of(call.service, error.code)
    # Clients of services that once spoke the query protocol branch on the old code, which travels in a header:
    # https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#error-code-resolution
    headers = {"x-amzn-query-error": f"{error.code};Sender"}
    match call.protocol:
        case "smithy-rpc-v2-cbor":
            made = _cbor(error.status, {"__type": name, "message": error.message})
            return Answer(made.status, made.headers | headers, made.body)
        case "query" | "ec2":
            return Answer(error.status, {"Content-Type": "text/xml"}, _xml(error).encode())
        case _:
            body = json.dumps({"__type": name, "message": error.message}).encode()
            kind = {"Content-Type": "application/x-amz-json-1.1", "X-Amzn-Errortype": name}
            return Answer(error.status, kind | headers, body)


def _parsed(call: Called, request: Request, operation: Any) -> Params:
    if call.protocol == "smithy-rpc-v2-cbor":
        return cast("Params", cbor2.loads(request.body) if request.body else {})
    parser = PROTOCOL_PARSERS[call.protocol](operation, timestamp_parser=_moment)
    form = parse_qsl(_form(call, request), keep_blank_values=True)
    told: Any = {"body": request.body, "values": MultiDict(form)}  # all that the other protocols read
    if call.protocol == "rest-json":
        told |= {"headers": request.headers, "url_params": route(call.service, request.method, request.path)[1]}
    return cast("Params", {name: value for name, value in parser.parse(told).items() if value is not None})


def _form(call: Called, request: Request) -> str:
    match call.protocol:
        case "query" | "ec2":
            return request.body.decode()
        case "rest-json":
            return request.query
        case _:
            return ""


def _moment(value: Any) -> datetime:
    return parse_timestamp(value).astimezone(UTC)


def _cbor(status: int, value: object) -> Answer:
    kind = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
    return Answer(status, kind, cbor2.dumps(value, datetime_as_timestamp=True))


def _xml(error: AwsError) -> str:
    inner = f"<Type>Sender</Type><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    return f"<ErrorResponse><Error>{inner}</Error><RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"


def _shape_of(service: str, code: str) -> str:
    """Return the name of the error's shape, which the JSON protocols send instead of the code."""
    if service not in OWNED:
        return code
    shapes: Any = model(
        service
    ).error_shapes  # botocore's structure shapes know their code, moto's annotation forgets it
    return next((str(shape.name) for shape in shapes if shape.error_code == code), code)


def _invalid(service: str) -> str:
    return {
        "logs": "InvalidParameterException",
        "pi": "InvalidArgumentException",
        "securityhub": "InvalidInputException",
        "guardduty": "BadRequestException",
        "accessanalyzer": "ValidationException",
    }.get(service, "ValidationError")


OWNED = ("cloudwatch", "logs", "rds", "pi", "sts", "config", *ROUTED)
"""Services answered from the world alone."""
