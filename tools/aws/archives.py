"""Places in AWS where a record of what was done outlives whoever did it: an S3 bucket with object lock, a log group."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from tools.aws.client import own

STREAM = "infra"


class S3Archive:
    """Objects of JSON lines, named by the number of their first record, each locked for a while."""

    def __init__(self, bucket: str, prefix: str, days: int) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._days = days

    def last(self) -> int:
        """Return the number of the last record that the bucket holds.

        Raises:
            ToolError: It cannot be asked.
        """
        with own("s3") as client:
            pages = client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            keys = [
                each["Key"] for page in pages for each in page.get("Contents", []) if each["Key"].endswith(".jsonl")
            ]
            if not keys:
                return 0
            body: bytes = client.get_object(Bucket=self._bucket, Key=max(keys))["Body"].read()
        return int(max(keys).removeprefix(self._prefix).removesuffix(".jsonl")) + body.count(b"\n") - 1

    def append(self, first: int, lines: Sequence[str]) -> None:
        """Put one object, which nobody can change or delete until its time is over.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html

        Raises:
            ToolError: It was not kept; among the reasons is that another process put it first.
        """
        with own("s3") as client:
            client.put_object(
                Bucket=self._bucket,
                Key=f"{self._prefix}{first:012d}.jsonl",
                Body="".join(f"{line}\n" for line in lines).encode(),
                IfNoneMatch="*",
                ObjectLockMode="COMPLIANCE",
                ObjectLockRetainUntilDate=datetime.now(UTC) + timedelta(days=self._days),
            )


class LogsArchive:
    """One stream of a log group; whether it can be deleted is up to the group's own policies."""

    def __init__(self, group: str) -> None:
        self._where = {"logGroupName": group, "logStreamName": STREAM}

    def last(self) -> int:
        """Return the number of the last record that the stream holds.

        Raises:
            ToolError: It cannot be asked.
        """
        with self._stream() as client:
            told = client.get_log_events(**self._where, limit=1, startFromHead=False)["events"]
        return _number(told[-1]["message"]) if told else 0

    def append(self, first: int, lines: Sequence[str]) -> None:  # noqa: ARG002 - the stream keeps the order by itself
        """Add events; their time is now, because CloudWatch takes nothing that is two weeks old.

        https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html

        Raises:
            ToolError: They were not kept.
        """
        at = int(time.time() * 1000)
        with self._stream() as client:
            client.put_log_events(**self._where, logEvents=[{"timestamp": at, "message": line} for line in lines])

    @contextmanager
    def _stream(self) -> Iterator[Any]:
        with own("logs") as client:
            with suppress(client.exceptions.ResourceAlreadyExistsException):
                client.create_log_stream(**self._where)
            yield client


def _number(record: str) -> int:
    return int(json.loads(record)["seq"])
