"""Hold the manifests of a pull request to their schemas before it is shown; what was wrong before is not its fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tools.contract import ToolError
from tools.github.client import Reader
from tools.github.code import File, file_at
from tools.kube.fields import plural, some
from tools.manifests import charts
from tools.manifests.checking import check
from tools.manifests.kinds import sources

MOST = 5


def fitting(api: Reader, repository: str, ref: str, before: Sequence[File], after: Mapping[str, str | None]) -> str:
    """Say what of a pull request's manifests was checked; empty if it has none.

    Args:
        api: Reads the schemas of charts' values that are in the repository.
        repository: Where.
        ref: The commit that the files would be laid on.
        before: The files as they are there.
        after: The files as they would be, None for those that are deleted.

    Raises:
        ToolError: A manifest does not fit and did not have that fault before.
    """
    files = {path: content for path, content in after.items() if content is not None}
    beside = {path: found.text for path in charts.beside(files) if (found := file_at(api, repository, path, ref)).sha}
    checked = check(files, beside)
    old = set(check({one.path: one.text for one in before if one.sha}, beside).wrong) if checked.wrong else set()
    if new := [each for each in checked.wrong if each not in old]:
        more = f" And {len(new) - MOST} more." if len(new) > MOST else ""
        raise ToolError(f"This would not be accepted where it is meant to go. {' '.join(new[:MOST])}{more}")
    if not checked.any:
        return ""
    fits = f" {plural(len(checked.fitting), 'manifest')} fit {some(sources())}." if checked.fitting else ""
    faults = f" Wrong already before this: {some(sorted(old))}" if old else ""
    unknown = f" Not checked: {some(checked.unchecked)}" if checked.unchecked else ""
    return f"{fits}{faults}{unknown}"
