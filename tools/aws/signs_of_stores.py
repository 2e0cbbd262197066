"""What tells that what keeps data for others ails: queues, streams, tables, caches."""

from tools.aws.kinds import Kind, Sign
from tools.contract import Role

_CAPACITY = "Raise the table's capacity or switch it to on-demand; look for a hot partition key."
_FULL = "DynamoDB table {name} throttles {value} requests: its capacity or a hot partition is at its limit"
_WAITS = "Look at what consumes the queue: is it running, failing, or too slow?"
_BEHIND = "Look at what reads the stream: is it failing on one record, throttled, or too slow?"

STORES = {
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
                advice=_WAITS,
            ),
            Sign(
                "sqs_dead",
                "ApproximateNumberOfMessagesVisible",
                "Maximum",
                1,
                1.5,
                "Dead-letter queue {name} holds {value} messages",
                advice="Read one of the messages and the log of what failed on it; redrive them once that is fixed.",
                only=r"dlq|dead.?letter",
            ),
        ),
    ),
    "stream": Kind(
        "AWS/Kinesis",
        "StreamName",
        (
            Sign(
                "kinesis_full",
                "WriteProvisionedThroughputExceeded",
                "Sum",
                1,
                3,
                "Kinesis stream {name} refuses {value} records: its shards take no more",
                Role.CAUSE,
                0.75,
                "Add shards or switch the stream to on-demand; look for a partition key that gets most records.",
            ),
            Sign(
                "kinesis_behind",
                "GetRecords.IteratorAgeMilliseconds",
                "Maximum",
                60_000,
                3,
                "What reads Kinesis stream {name} is {value} ms behind",
                advice=_BEHIND,
            ),
        ),
    ),
    "table": Kind(
        "AWS/DynamoDB",
        "TableName",
        (
            *(
                Sign("dynamodb_throttled", metric, "Sum", 1, 3, _FULL, Role.CAUSE, 0.8, _CAPACITY, by)
                for metric, by in (
                    ("ThrottledRequests", "Operation"),
                    ("ReadThrottleEvents", "GlobalSecondaryIndexName"),
                    ("WriteThrottleEvents", "GlobalSecondaryIndexName"),
                )
            ),
            Sign(
                "dynamodb_errors",
                "SystemErrors",
                "Sum",
                5,
                3,
                "DynamoDB fails {value} requests to {name}",
                by="Operation",
            ),
        ),
    ),
    "cache": Kind(
        "AWS/ElastiCache",
        "CacheClusterId",
        (
            Sign(
                "cache_busy",
                "EngineCPUUtilization",
                "Average",
                90,
                1.5,
                "Cache {name} uses {value} % of its CPU",
                by="CacheNodeId",
            ),
            Sign(
                "cache_full",
                "DatabaseMemoryUsagePercentage",
                "Average",
                95,
                1.1,
                "Cache {name} uses {value} % of its memory",
                by="CacheNodeId",
            ),
        ),
    ),
}
