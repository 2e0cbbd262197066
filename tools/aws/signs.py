"""What tells that a load balancer, API, function, queue, table, container service or machine is in trouble."""

from dataclasses import dataclass

from tools.contract import Role

FINDINGS = {
    "alb_target_5xx": "The targets behind a load balancer answer with 5xx.",
    "alb_own_5xx": "A load balancer itself answers 5xx: no healthy target, or a target that hangs up.",
    "alb_no_targets": "A load balancer has unhealthy targets.",
    "alb_slow": "The targets of a load balancer take a second or more, and three times as long as usual.",
    "api_5xx": "An API Gateway API answers with 5xx.",
    "api_slow": "An API Gateway API takes a second or more, and three times as long as usual.",
    "lambda_errors": "Invocations of a Lambda function fail.",
    "lambda_throttled": "Invocations of a Lambda function are throttled: its concurrency is used up.",
    "lambda_slow": "A Lambda function takes three times as long as usual.",
    "sqs_old": "Messages wait in a queue for more than five minutes, and three times as long as usual.",
    "sqs_dead": "A dead-letter queue holds messages.",
    "dynamodb_throttled": "Requests to a DynamoDB table are throttled: capacity or a hot partition.",
    "dynamodb_errors": "DynamoDB fails requests itself.",
    "ecs_cpu": "An ECS service uses 90 % of its CPU or more.",
    "ecs_memory": "An ECS service uses 90 % of its memory or more; tasks may be killed.",
    "ec2_check_failed": "A status check of an EC2 instance fails.",
}


@dataclass(frozen=True)
class Sign:
    """One metric of a kind of thing.

    Attributes:
        code: The finding where it is beyond its bound.
        metric: CloudWatch's name.
        stat: Statistic.
        at: Bound: trouble begins here.
        times: And so many times the usual.
        says: What it means, `{name}` and `{value}` filled in.
        role: What part it plays.
        sure: Confidence.
        advice: What a person could do.
    """

    code: str
    metric: str
    stat: str
    at: float
    times: float
    says: str
    role: Role = Role.SYMPTOM
    sure: float = 0.75
    advice: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of thing: CloudWatch's namespace, the dimension that names it, and its signs."""

    namespace: str
    dimension: str
    signs: tuple[Sign, ...]


KINDS = {
    "load_balancer": Kind(
        "AWS/ApplicationELB",
        "LoadBalancer",
        (
            Sign("alb_target_5xx", "HTTPCode_Target_5XX_Count", "Sum", 5, 3, "Targets of {name} answer {value} 5xx"),
            Sign("alb_own_5xx", "HTTPCode_ELB_5XX_Count", "Sum", 5, 3, "{name} itself answers {value} 5xx"),
            Sign("alb_no_targets", "UnHealthyHostCount", "Maximum", 1, 0, "{name} has {value} unhealthy targets"),
            Sign("alb_slow", "TargetResponseTime", "Average", 1, 3, "Targets of {name} take {value} s"),
        ),
    ),
    "api": Kind(
        "AWS/ApiGateway",
        "ApiName",
        (
            Sign("api_5xx", "5XXError", "Sum", 5, 3, "API {name} answers {value} 5xx"),
            Sign("api_slow", "Latency", "Average", 1000, 3, "API {name} takes {value} ms"),
        ),
    ),
    "function": Kind(
        "AWS/Lambda",
        "FunctionName",
        (
            Sign(
                "lambda_throttled",
                "Throttles",
                "Sum",
                1,
                3,
                "Lambda function {name} is throttled, {value} times: its concurrency limit is used up",
                Role.CAUSE,
                0.75,
                "Raise the function's reserved concurrency or the account's limit, or slow down what calls it.",
            ),
            Sign("lambda_errors", "Errors", "Sum", 1, 3, "Lambda function {name} fails, {value} errors"),
            Sign("lambda_slow", "Duration", "Average", 1000, 3, "Lambda function {name} takes {value} ms"),
        ),
    ),
    "queue": Kind(
        "AWS/SQS",
        "QueueName",
        (
            Sign(
                "sqs_old",
                "ApproximateAgeOfOldestMessage",
                "Maximum",
                300,
                3,
                "The oldest message in queue {name} waits for {value} s: it is not consumed fast enough",
                advice="Look at what consumes the queue: is it running, failing, or too slow?",
            ),
        ),
    ),
    "table": Kind(
        "AWS/DynamoDB",
        "TableName",
        (
            Sign(
                "dynamodb_throttled",
                "ThrottledRequests",
                "Sum",
                1,
                3,
                "DynamoDB table {name} throttles {value} requests: its capacity or a hot partition is at its limit",
                Role.CAUSE,
                0.8,
                "Raise the table's capacity or switch it to on-demand; look for a hot partition key.",
            ),
            Sign("dynamodb_errors", "SystemErrors", "Sum", 5, 3, "DynamoDB fails {value} requests to {name}"),
        ),
    ),
    "container_service": Kind(
        "AWS/ECS",
        "ServiceName",
        (
            Sign("ecs_cpu", "CPUUtilization", "Average", 90, 1.5, "ECS service {name} uses {value} % of its CPU"),
            Sign(
                "ecs_memory", "MemoryUtilization", "Average", 90, 1.2, "ECS service {name} uses {value} % of its memory"
            ),
        ),
    ),
    "machine": Kind(
        "AWS/EC2",
        "InstanceId",
        (
            Sign(
                "ec2_check_failed",
                "StatusCheckFailed",
                "Maximum",
                1,
                0,
                "EC2 instance {name} fails its status check",
                Role.CAUSE,
                0.85,
                "Stop and start the instance to move it to other hardware, or replace it.",
            ),
        ),
    ),
}
"""Bounds are where a person would look; AWS names none. What is usual for the thing counts as well."""
