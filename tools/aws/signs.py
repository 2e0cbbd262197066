"""What tells that a load balancer, API, function, queue, stream, table, cache, container service or machine ails."""

from tools.aws.signs_of_requests import REQUESTS
from tools.aws.signs_of_stores import STORES

FINDINGS = {
    "alb_target_5xx": "The targets behind a load balancer answer with 5xx.",
    "alb_own_5xx": "A load balancer itself answers 5xx: no healthy target, or a target that hangs up.",
    "alb_no_targets": "A load balancer has unhealthy targets.",
    "alb_refuses": "A load balancer cannot connect to its targets, or turns connections away.",
    "alb_slow": "The targets of a load balancer take a second or more, and three times as long as usual.",
    "nlb_no_targets": "A network load balancer has unhealthy targets.",
    "nlb_no_ports": "A network load balancer runs out of ports to its targets, so connections fail.",
    "nlb_resets": "Targets of a network load balancer reset connections, three times as often as usual.",
    "api_5xx": "An API Gateway API answers with 5xx.",
    "api_slow": "An API Gateway API takes a second or more, and three times as long as usual.",
    "lambda_errors": "Invocations of a Lambda function fail.",
    "lambda_throttled": "Invocations of a Lambda function are throttled: its concurrency is used up.",
    "lambda_slow": "A Lambda function takes three times as long as usual.",
    "lambda_behind": "A Lambda function reads a stream a minute or more behind, three times as long as usual.",
    "kinesis_behind": "What reads a Kinesis stream is a minute or more behind, three times as long as usual.",
    "kinesis_full": "A Kinesis stream refuses records: its shards take no more.",
    "cache_busy": "A cache's engine uses 90 % of its CPU or more.",
    "cache_full": "A cache uses 95 % of its memory or more: it evicts, or refuses writes.",
    "sqs_old": "Messages wait in a queue for more than five minutes, and three times as long as usual.",
    "sqs_dead": "A dead-letter queue has more messages than usual: something failed to work them off.",
    "dynamodb_throttled": "Requests to a DynamoDB table are throttled: capacity or a hot partition.",
    "dynamodb_errors": "DynamoDB fails requests itself.",
    "ecs_cpu": "An ECS service uses 90 % of its CPU or more.",
    "ecs_memory": "An ECS service uses 90 % of its memory or more; tasks may be killed.",
    "ec2_check_failed": "A status check of an EC2 instance fails.",
    "ec2_system_failed": "The system status check of an EC2 instance fails: the trouble is AWS's.",
    "ec2_instance_failed": "The instance status check of an EC2 instance fails: the trouble is its own.",
}

KINDS = {**REQUESTS, **STORES}
"""Bounds are where a person would look; AWS names none. What is usual for the thing counts as well."""
