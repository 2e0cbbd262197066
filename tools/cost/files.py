"""Where the FOCUS files are: a folder or an S3 prefix, as INFRA_FOCUS says."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.settings import settings
from tools.contract import ToolError
from tools.cost.clients import s3

ENDINGS = (".csv", ".csv.gz", ".parquet")
MOST_BYTES = 4 * 1024**3
"""Of an S3 prefix; more is not copied in the time that somebody waits for an answer."""


def has_files() -> bool:
    """Tell whether bills are kept in files."""
    return bool(settings().infra_focus)


@contextmanager
def bill_files() -> Iterator[list[Path]]:
    """Give the files that INFRA_FOCUS names; those of S3 are copied, and gone afterwards.

    Raises:
        ToolError: There is no such folder or bucket, or there is too much in it.
    """
    place = settings().infra_focus
    if place.startswith("s3://"):
        with tempfile.TemporaryDirectory(prefix="infra-focus-") as folder:
            yield _copied(place.removeprefix("s3://"), Path(folder))
        return
    yield files_in(Path(place))


def files_in(place: Path) -> list[Path]:
    """Return a file itself, or all FOCUS files in a folder and below.

    Raises:
        ToolError: There is no such place.
    """
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise ToolError(f"INFRA_FOCUS names {place}, and there is no such folder or file.")
    return sorted(file for file in place.rglob("*") if file.is_file() and file.name.endswith(ENDINGS))


def _copied(place: str, folder: Path) -> list[Path]:
    bucket, _, prefix = place.partition("/")
    with s3() as client:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        found = [one for page in pages for one in page.get("Contents", []) if one["Key"].endswith(ENDINGS)]
        if (size := sum(one["Size"] for one in found)) > MOST_BYTES:
            raise ToolError(f"s3://{place} has {size / 1024**3:.0f} GiB of bills: name the prefix of fewer months.")
        copies = []
        for number, one in enumerate(found):
            ending = next(ending for ending in ENDINGS if one["Key"].endswith(ending))
            copies.append(folder / f"{number:05}{ending}")
            client.download_file(bucket, one["Key"], str(copies[-1]))
    return copies
