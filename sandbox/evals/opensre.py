"""The suite `opensre`: third-party RDS and EKS incidents, made into worlds and judged by the suite's own pass rule."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from sandbox.evals.floors import FLOORS
from sandbox.evals.opensre_cases import Incident, read_incident
from sandbox.evals.opensre_eks import eks_files
from sandbox.evals.opensre_passing import category_of, failing
from sandbox.evals.opensre_rds import rds_files
from sandbox.evals.playing import Case, all_played
from sandbox.evals.rows import Row, share
from sandbox.play import Played
from sandbox.slack.wire import Body

SUITE = "opensre"
FILES = {"eks": eks_files, "rds_postgres": rds_files}


def run_opensre(data: Path, only: str = "") -> list[Row]:
    """Play the cases in the folder, print each verdict, and return the figures."""
    found = [incident for incident in incidents(data) if only in incident.name]
    with tempfile.TemporaryDirectory(prefix="infra-eval-") as folder:
        cases = [write_world(incident, Path(folder)) for incident in found]
        results = []
        for incident, (_, played) in zip(found, all_played(cases), strict=True):
            results.append((incident, played))
            print(_line(incident, played), flush=True)
    return figures(results)


def incidents(data: Path) -> Iterator[Incident]:
    """Yield the cases in the folder, those of each suite completed by its healthy one."""
    for suite in sorted(set(FILES) & {path.name for path in data.iterdir()}):
        for answer in sorted((data / suite).glob("*/answer.yml")):
            yield read_incident(suite, answer.parent)


def write_world(incident: Incident, folder: Path) -> Case:
    """Write a case as a world and return how it is played."""
    world = folder / incident.name.replace("/", "-")
    alert = {"channel": "incidents", "text": incident.page}
    about = {"name": incident.name, "now": incident.now.isoformat(), "region": incident.region, "alert": alert}
    _write(world / "world.toml", _toml(about))
    for name, content in FILES[incident.suite](incident).items():
        _write(world / name, content if isinstance(content, str) else json.dumps(content))
    return Case(incident.name, world, incident.question)


def figures(results: Sequence[tuple[Incident, Played]]) -> list[Row]:
    """Return the suite's rows."""
    count, row = len(results), partial(Row, SUITE)
    passed = sum(not failing(incident.answer, played) for incident, played in results)
    right = sum(category_of(played) == incident.category for incident, played in results)
    healthy = [(incident, played) for incident, played in results if incident.category == "healthy"]
    seconds = sorted(played.seconds for _, played in results)
    return [
        row("pass", share(passed, count), _floor(results), count),
        row("category_right", share(right, count), _category_floor(results), count),
        row("healthy_misdiagnosed", sum(bool(played.cause) for _, played in healthy), None, len(healthy)),
        row("proposals_on_healthy", sum(bool(played.proposals) for _, played in healthy), 0.0, len(healthy)),
        row("seconds_median", seconds[count // 2] if seconds else 0.0, None, count),
    ]


def _floor(results: Sequence[tuple[Incident, Played]]) -> float:
    passed = [sum(not failing(one.answer, give(one.page)) for one, _ in results) for give in FLOORS.values()]
    return share(max(passed), len(results))


def _category_floor(results: Sequence[tuple[Incident, Played]]) -> float:
    named = [incident.category for incident, _ in results]
    return share(named.count("healthy"), len(named))


def _line(incident: Incident, played: Played) -> str:
    wrong = failing(incident.answer, played)
    mark = f"✗ {wrong}" if wrong else "✓"
    told = (played.cause or played.answer).splitlines()[0][:90]
    return f"{incident.name:<52}{played.seconds:>6.1f} s  {mark}  | {told}"


def _write(file: Path, content: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, "utf-8")


def _toml(about: Body) -> str:
    """Write the few settings of a world; JSON's strings are TOML's too."""
    plain = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in about.items() if key != "alert"]
    alert = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in about["alert"].items()]
    return "\n".join([*plain, "", "[alert]", *alert, ""])
