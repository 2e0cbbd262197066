"""The trail's copy outside the store: complete, in order, taken up where it ended, and able to speak for itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.archive import Exporter, FileArchive, archive_at
from bot.audit import RECORDS, follow
from bot.auditing import compared
from bot.store.store import Store
from tests.aws_account import Account, looked_at
from tests.bot.conftest import KEY
from tools.aws import archives
from tools.contract import ToolError


@pytest.fixture
def account() -> Iterator[Account]:
    """Serve an AWS account with a log group, and a bucket that locks its objects."""
    with looked_at({"cloudwatch/logs/infra/audit.log": ""}) as served:
        served.cloud.present.estate.groups["/infra/audit"] = []
        yield served


@pytest.fixture
def bucket(account: Account, request: pytest.FixtureRequest) -> Any:
    """Make a bucket of one's own; moto keeps one state a process."""
    name = f"audit-{abs(hash(request.node.nodeid))}"
    client = account.client("s3")
    client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name


async def test_a_copy_that_fails_is_said_until_it_works(store: Store, tmp_path: Path) -> None:
    """What the status shows is the last attempt's problem, and nothing once a copy was made."""
    written(store, 2)
    (tmp_path / "full").write_text("a file where a folder should be", "utf-8")

    await Exporter(store.trail, FileArchive(tmp_path / "full" / "audit.jsonl")).chore()
    problem = store.trail.export_problem()
    await Exporter(store.trail, FileArchive(tmp_path / "audit.jsonl")).chore()

    assert "full" in problem
    assert store.trail.export_problem() == ""


def written(store: Store, count: int) -> None:
    """Append records."""
    for number in range(count):
        store.trail.append("vote", {"number": number})


def file_of(folder: Path) -> FileArchive:
    """Return the archive under test, as settings name it."""
    archive = archive_at(f"file:{folder}/audit.jsonl", 1)
    assert isinstance(archive, FileArchive)
    return archive


async def test_a_file_has_the_whole_trail(store: Store, tmp_path: Path) -> None:
    """Every record once, and the chain holds without the store."""
    written(store, 5)

    copied = Exporter(store.trail, file_of(tmp_path)).export()

    verified, reached = follow(KEY, file_of(tmp_path).lines())
    assert (copied, verified.records, verified.ok) == (5, 5, True)
    assert reached == store.trail.head()


async def test_an_export_goes_on_where_it_ended(store: Store, tmp_path: Path) -> None:
    """The same exporter, and another process's, copy only what is new."""
    first = Exporter(store.trail, file_of(tmp_path))
    written(store, 3)
    assert first.export() == 3
    written(store, 2)
    assert first.export() == 2
    written(store, 1)

    assert Exporter(store.trail, file_of(tmp_path)).export() == 1
    assert [RECORDS.validate_json(line).seq for line in file_of(tmp_path).lines()] == [1, 2, 3, 4, 5, 6]


async def test_half_a_line_is_written_again(store: Store, tmp_path: Path) -> None:
    """A crash in the middle of a write leaves no broken file."""
    written(store, 3)
    Exporter(store.trail, file_of(tmp_path)).export()
    file = tmp_path / "audit.jsonl"
    file.write_bytes(file.read_bytes()[:-20])

    Exporter(store.trail, file_of(tmp_path)).export()

    assert follow(KEY, file_of(tmp_path).lines())[0].records == 3


async def test_two_exporters_write_nothing_twice(store: Store, tmp_path: Path) -> None:
    """Who finds that another process was first begins again from the end."""
    one, other = (Exporter(store.trail, file_of(tmp_path)) for _ in range(2))
    written(store, 2)
    one.export()
    other.export()
    written(store, 2)
    one.export()

    with pytest.raises(OSError, match="another process"):
        other.export()

    assert other.export() == 0
    assert follow(KEY, file_of(tmp_path).lines())[0].records == 4


async def test_a_disk_that_is_full_loses_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The chore says so in the log, and copies it the next time."""
    written(store, 2)
    exporter = Exporter(store.trail, file_of(tmp_path))

    with monkeypatch.context() as full:
        full.setattr("bot.archive.os.fsync", _full)
        await exporter.chore()
    (tmp_path / "audit.jsonl").unlink()
    await exporter.chore()

    assert "could not be exported" in caplog.text
    assert follow(KEY, file_of(tmp_path).lines())[0].records == 2


def _full(_file: int) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("harm", ["edit", "delete", "another trail", "store cut"])
async def test_a_copy_that_differs_is_told(store: Store, tmp_path: Path, harm: str) -> None:
    """Whichever of the two was changed, comparing them shows it."""
    written(store, 4)
    archive = file_of(tmp_path)
    Exporter(store.trail, archive).export()
    lines = (tmp_path / "audit.jsonl").read_text("utf-8").splitlines(keepends=True)

    match harm:
        case "edit":
            lines[1] = lines[1].replace('"number":1', '"number":7')
        case "delete":
            del lines[2]
        case _:
            store.connection.sync.flushall()
            written(store, 4 if harm == "another trail" else 2)
    (tmp_path / "audit.jsonl").write_text("".join(lines), "utf-8")

    assert not compared(KEY, archive, store.trail).ok


async def test_a_copy_that_is_behind_says_by_how_much(store: Store, tmp_path: Path) -> None:
    """A file that ends early is either old or cut; the reader is told how many records are missing."""
    written(store, 3)
    Exporter(store.trail, file_of(tmp_path)).export()
    written(store, 2)

    verified = compared(KEY, file_of(tmp_path), store.trail)

    assert verified.ok
    assert "has 2 more" in verified.problem


@pytest.mark.parametrize("place", ["", "audit.jsonl", "s3:", "ftp://x/y", "cloudwatch:"])
def test_a_place_that_is_none_is_refused(place: str) -> None:
    """At start-up, with what it may be."""
    with pytest.raises(ValueError, match="INFRA_AUDIT_EXPORT must be"):
        archive_at(place, 1)


async def test_objects_are_locked_and_never_written_twice(store: Store, account: Account, bucket: str) -> None:
    """Each object is kept until its day, and an exporter that comes second is refused."""
    written(store, 3)
    place = f"s3://{bucket}/infra"
    Exporter(store.trail, archive_at(place, 30)).export()

    client = account.client("s3")
    [found] = client.list_objects_v2(Bucket=bucket)["Contents"]
    head = client.head_object(Bucket=bucket, Key=found["Key"])
    assert (found["Key"], head["ObjectLockMode"]) == ("infra/000000000001.jsonl", "COMPLIANCE")
    with pytest.raises(ToolError, match="PreconditionFailed"):
        archive_at(place, 30).append(1, ["{}"])


@pytest.mark.parametrize("kind", ["s3", "cloudwatch"])
async def test_a_place_in_aws_is_taken_up_where_it_ended(
    store: Store, account: Account, bucket: str, kind: str
) -> None:
    """What is there is the trail, record for record, however many processes wrote it."""
    place = f"s3://{bucket}/a" if kind == "s3" else "cloudwatch:/infra/audit"
    for count in (3, 0, 2):
        written(store, count)
        Exporter(store.trail, archive_at(place, 1)).export()

    rows = _objects(account, bucket) if kind == "s3" else _events(account)

    verified, _ = follow(KEY, rows)
    assert (verified.records, verified.ok) == (5, True)


def _objects(account: Account, bucket: str) -> list[str]:
    client = account.client("s3")
    keys = [each["Key"] for each in client.list_objects_v2(Bucket=bucket)["Contents"]]
    return [
        line
        for key in sorted(keys)
        for line in client.get_object(Bucket=bucket, Key=key)["Body"].read().decode().splitlines()
    ]


def _events(account: Account) -> list[str]:
    events = account.client("logs").get_log_events(
        logGroupName="/infra/audit", logStreamName=archives.STREAM, startFromHead=True
    )
    return [str(event["message"]) for event in events["events"]]
