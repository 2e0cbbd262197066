"""Typed clients of what money is about; errors are translated in `tools.aws.client`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tools.aws.client import reader

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@contextmanager
def s3() -> Iterator[S3Client]:
    """Give an S3 client."""
    with reader("s3") as client:
        yield client
