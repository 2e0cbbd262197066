"""What changed in a repository: between two commits, or in a stretch of time."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from tools.contract import JsonObject, Observation, ToolError
from tools.declare import reads
from tools.github.client import Reader, reader
from tools.github.names import FilePath, Ref, Repository, below
from tools.kube.fields import moment, number, parts, plural, text

MOST = 50
Hours = Annotated[int, Field(ge=1, le=24 * 90, description="hours to look back, if no commits are named")]
NEEDS = ("contents:read", "metadata:read")


@reads(needs=NEEDS)
def github_commits(
    repository: Repository, since: Ref = "", until: Ref = "", hours: Hours = 24, path: FilePath = ""
) -> Observation:
    """Show what changed in a repository: between two commits (or tags), or on a branch in the last hours."""
    api = reader()
    if since and not until:
        raise ToolError("Name both commits, since and until, or neither and say how many hours to look back.")
    if since:
        return _between(api, repository, since, until)
    begins = datetime.now(UTC) - timedelta(hours=hours)
    named = {
        "since": f"{begins:%Y-%m-%dT%H:%M:%SZ}",
        **({"sha": until} if until else {}),
        **({"path": path} if path else {}),
    }
    found = api.every(below(repository, "commits"), f"list commits of {repository}", named, most=MOST)
    where = f"{f' on {until}' if until else ''}{f' of {path}' if path else ''}"
    head = f"{plural(len(found), 'commit')} in {repository}{where} in the last {plural(hours, 'hour')}."
    return Observation("\n".join([head, *map(_commit, found)]), headline=head)


def _between(api: Reader, repository: str, since: str, until: str) -> Observation:
    span = f"{since}...{until}"
    told = api.get(below(repository, "compare", span), f"compare {since} with {until} in {repository}")
    commits, files = parts(told, "commits"), parts(told, "files")
    counted = f"{plural(number(told, 'ahead_by'), 'commit')}, {plural(len(files), 'file')} changed"
    head = f"{until} has {counted} since {since} in {repository} ({text(told, 'status')})."
    listed = [_commit(one) for one in reversed(commits[-MOST:])]
    return Observation("\n".join([head, *listed, "Files:", *map(_file, files[:200])]), headline=head)


def _commit(told: JsonObject) -> str:
    at = moment(told, "commit", "committer", "date")
    when = f"{at:%Y-%m-%d %H:%M} UTC" if at else "at no known time"
    title = text(told, "commit", "message").partition("\n")[0]
    who = text(told, "author", "login") or text(told, "commit", "author", "name")
    return f"- {text(told, 'sha')[:10]} {when} {who}: {title}"


def _file(told: JsonObject) -> str:
    return (
        f"- {text(told, 'status')} {text(told, 'filename')} (+{number(told, 'additions')} -{number(told, 'deletions')})"
    )
