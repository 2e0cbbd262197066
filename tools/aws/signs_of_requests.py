"""What tells that what answers requests ails: load balancers, APIs, functions, container services, machines."""

from tools.aws.kinds import Kind, Sign
from tools.contract import Role

_BEHIND = "Look at what reads the stream: is it failing on one record, throttled, or too slow?"
_TARGETS = "Look at why the targets fail their health check: are they running, and does the path answer?"

REQUESTS = {
    "load_balancer": Kind(
        "AWS/ApplicationELB",
        "LoadBalancer",
        (
            Sign(
                "alb_no_targets",
                "UnHealthyHostCount",
                "Maximum",
                1,
                0,
                "{name} has {value} unhealthy targets",
                by="TargetGroup",
                advice=_TARGETS,
            ),
            Sign("alb_target_5xx", "HTTPCode_Target_5XX_Count", "Sum", 5, 3, "Targets of {name} answer {value} 5xx"),
            Sign("alb_own_5xx", "HTTPCode_ELB_5XX_Count", "Sum", 5, 3, "{name} itself answers {value} 5xx"),
            Sign(
                "alb_refuses",
                "TargetConnectionErrorCount",
                "Sum",
                5,
                3,
                "{name} fails to connect to its targets, {value} times",
            ),
            Sign("alb_refuses", "RejectedConnectionCount", "Sum", 1, 3, "{name} turns {value} connections away"),
            Sign("alb_slow", "TargetResponseTime", "Average", 1, 3, "Targets of {name} take {value} s"),
        ),
    ),
    "network_load_balancer": Kind(
        "AWS/NetworkELB",
        "LoadBalancer",
        (
            Sign(
                "nlb_no_targets",
                "UnHealthyHostCount",
                "Maximum",
                1,
                0,
                "{name} has {value} unhealthy targets",
                by="TargetGroup",
                advice=_TARGETS,
            ),
            Sign(
                "nlb_no_ports",
                "PortAllocationErrorCount",
                "Sum",
                1,
                3,
                "{name} runs out of ports to its targets, {value} times",
                Role.CAUSE,
                0.8,
                "Add targets to the target group, or let clients reuse connections: a target takes 55,000 of a client.",
            ),
            Sign("nlb_resets", "TCP_Target_Reset_Count", "Sum", 50, 3, "Targets of {name} reset {value} connections"),
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
    "http_api": Kind(
        "AWS/ApiGateway",
        "ApiId",
        (
            Sign("api_5xx", "5xx", "Sum", 5, 3, "API {name} answers {value} 5xx"),
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
            Sign(
                "lambda_behind",
                "IteratorAge",
                "Maximum",
                60_000,
                3,
                "Lambda function {name} reads its stream {value} ms behind",
                advice=_BEHIND,
            ),
        ),
    ),
    "container_service": Kind(
        "AWS/ECS",
        "ServiceName",
        (
            Sign(
                "ecs_cpu",
                "CPUUtilization",
                "Average",
                90,
                1.5,
                "ECS service {name} uses {value} % of its CPU",
                by="ClusterName",
            ),
            Sign(
                "ecs_memory",
                "MemoryUtilization",
                "Average",
                90,
                1.2,
                "ECS service {name} uses {value} % of its memory",
                by="ClusterName",
            ),
        ),
    ),
    "machine": Kind(
        "AWS/EC2",
        "InstanceId",
        (
            Sign(
                "ec2_system_failed",
                "StatusCheckFailed_System",
                "Maximum",
                1,
                0,
                "EC2 instance {name} fails its system status check: AWS's host or network below it is in trouble",
                Role.CAUSE,
                0.87,
                "Stop and start the instance, which moves it to another host and loses instance store volumes.",
            ),
            Sign(
                "ec2_instance_failed",
                "StatusCheckFailed_Instance",
                "Maximum",
                1,
                0,
                "EC2 instance {name} fails its instance status check: its own system or network setup is in trouble",
                Role.CAUSE,
                0.86,
                "Read its console output (`aws ec2 get-console-output`); another host would not help.",
            ),
            Sign(
                "ec2_check_failed",
                "StatusCheckFailed",
                "Maximum",
                1,
                0,
                "EC2 instance {name} fails a status check",
                Role.SYMPTOM,
                0.85,
                "See which one: the system's (AWS's host) or the instance's own.",
            ),
        ),
    ),
}
