"""Make git repositories of a world's folders `repositories/<owner>/<name>/`, and what `<name>.toml` beside tells."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.github.checking import begin_checks
from sandbox.github.git import Git, Person
from sandbox.github.history import Change, Commit, history
from sandbox.github.state import Hub, Job, Json, Pull, Repository, Run
from sandbox.world import World

FIRST = timedelta(days=90)
"""How old the first commit of a repository is where it is not told."""


def plant(hub: Hub, world: World, folder: Path) -> None:
    """Make every repository of a world as a bare one in a folder.

    Raises:
        ValueError: Names the file and what is wrong with it.
    """
    for files in sorted((world.path / "repositories").glob("*/*/")):
        if files.suffix not in {".logs", ".layers"}:
            repository = _planted(world, files, folder)
            hub.repositories[repository.full_name.lower()] = repository
            _filled(hub, world, repository, files)


def _planted(world: World, files: Path, folder: Path) -> Repository:
    written = _told(files.with_name(f"{files.name}.toml"))
    owner, name, branch = files.parent.name, files.name, str(written.get("default_branch", "main"))
    git = Git(folder / "repositories" / owner / f"{name}.git")
    git.folder.mkdir(parents=True)
    git.run("init", "--quiet", "--bare", f"--initial-branch={branch}")
    git.run("fast-import", "--quiet", given=history(list(_commits(world, files, written, branch))))
    return Repository(owner, name, git, branch, written, labels=[str(one) for one in written.get("labels", ())])


def _commits(world: World, files: Path, written: Mapping[str, Any], branch: str) -> Iterator[Commit]:
    first = Change(dict(_contents(files)))
    yield Commit(branch, "Begin", _person(world, {"at": world.now - FIRST}), first)
    layers: list[Json] = written.get("commits", [])
    for number, layer in enumerate(layers):
        told = {"at": world.now - timedelta(days=len(layers) - number), **layer}
        yield Commit(branch, str(layer.get("message", "Change")), _person(world, told), _change(files, layer))
    for pull in written.get("pulls", []):
        person = _person(world, {"at": world.now - timedelta(hours=1), **pull})
        yield Commit(str(pull["head"]), str(pull["title"]), person, _change(files, pull), branch)


def _change(files: Path, told: Mapping[str, Any]) -> Change:
    layer = files.with_name(f"{files.name}.layers") / str(told["layer"]) if "layer" in told else None
    written = {path: str(text).encode() for path, text in told.get("files", {}).items()}
    return Change({**(dict(_contents(layer)) if layer else {}), **written}, tuple(told.get("delete", ())))


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            yield file.relative_to(folder).as_posix(), file.read_bytes()


def _person(world: World, told: Mapping[str, Any]) -> Person:
    login = str(told.get("author", "ana"))
    at: datetime = world.shifted(told["at"])
    return Person(login.capitalize(), f"{login}@acme.example", at)


def _filled(hub: Hub, world: World, repository: Repository, files: Path) -> None:
    for number, told in enumerate(repository.written.get("pulls", []), 1):
        pull = _pull(hub, world, repository, {"number": number, **told})
        repository.pulls[pull.number] = pull
        begin_checks(hub, repository, pull, told.get("checks"))
    for number, told in enumerate(repository.written.get("runs", []), 1):
        run = _run(hub, world, repository, {"number": number, **told}, files.with_name(f"{files.name}.logs"))
        repository.runs[run.id] = run


def _pull(hub: Hub, world: World, repository: Repository, told: Mapping[str, Any]) -> Pull:
    at = world.shifted(told.get("at", world.now - timedelta(hours=1)))
    return Pull(
        number=int(told["number"]),
        title=str(told["title"]),
        body=str(told.get("body", "")),
        author=str(told.get("author", "ana")),
        head=str(told["head"]),
        base=str(told.get("base", repository.default_branch)),
        head_sha=repository.sha(str(told["head"])),
        created=at,
        draft=bool(told.get("draft", False)),
        labels=list(told.get("labels", ())),
        reviewers=list(told.get("reviewers", ())),
        reviews=[_said(hub, one, at) for one in told.get("reviews", ())],
        comments=[_said(hub, one, at) for one in told.get("comments", ())],
    )


def _said(hub: Hub, told: Mapping[str, Any], at: datetime) -> Json:
    about = {"id": next(hub.ids), "user": {"login": str(told.get("user", "ben")), "type": "User"}}
    state = {"state": told["state"]} if "state" in told else {}
    return {**about, **state, "body": str(told.get("body", "")), "created_at": at.strftime("%Y-%m-%dT%H:%M:%SZ")}


def _run(hub: Hub, world: World, repository: Repository, told: Mapping[str, Any], logs: Path) -> Run:
    at: datetime = world.shifted(told.get("at", world.now - timedelta(minutes=10)))
    branch = str(told.get("branch", repository.default_branch))
    return Run(
        id=int(told.get("id", 0)) or next(hub.ids),
        number=int(told["number"]),
        name=str(told.get("name", "CI")),
        path=str(told.get("path", ".github/workflows/ci.yml")),
        event=str(told.get("event", "push")),
        branch=branch,
        sha=repository.sha(str(told.get("commit", branch))),
        actor=str(told.get("actor", "ana")),
        created=at,
        attempts=[[_job(hub, world, job, at, logs) for job in told.get("jobs", [{"name": "build"}])]],
        next_conclusion=str(told.get("rerun", "success")),
    )


def _job(hub: Hub, world: World, told: Mapping[str, Any], at: datetime, logs: Path) -> Job:
    conclusion = str(told.get("conclusion", "success"))
    named = [{"name": one} if isinstance(one, str) else dict(one) for one in told.get("steps", ("Run",))]
    steps = [{"status": "completed", "conclusion": "success", "number": n, **one} for n, one in enumerate(named, 1)]
    written = (logs / str(told["log"])).read_text("utf-8") if "log" in told else ""
    ended = at + timedelta(seconds=float(told.get("seconds", 60)))
    number = int(told.get("id", 0)) or next(hub.ids)
    return Job(number, str(told["name"]), conclusion, steps, world.shift.text(written), at, ended)


def _told(file: Path) -> Mapping[str, Any]:
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{file}: not TOML: {error}") from error
