"""Suite `nab`: labelled metric series that others collected, and how well anomalies and forecasts do on them."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sandbox.evals.nab_scoring import Windows, normalized, probation, raw_score
from sandbox.evals.rows import Row, share

AHEAD = 24
"""Hours that a forecast says."""
ENDS = 6
"""Days at the end of a series, each of which is foretold from what came before it."""
DAY = 24

Values = npt.NDArray[np.float64]
Detector = Callable[[Sequence[Values]], list[list[int]]]


@dataclass(frozen=True)
class Case:
    """A series with its times and labelled stretches."""

    times: list[datetime]
    values: Values
    windows: Windows


def run_nab(folder: Path) -> list[Row]:
    """Score alarms as the benchmark does, and forecasts against repeating the last day; floors: silence, 3 sigma."""
    cases = _cases(folder)
    calm = [case for case in cases if not case.windows]
    floor = max(0.0, score(cases, three_sigma))
    return [
        Row("nab", "score", round(score(cases, ours), 1), round(floor, 1), len(cases)),
        Row("nab", "quiet_alarms", _alarms(calm, ours), _alarms(calm, three_sigma), len(calm)),
        _forecasts(cases),
    ]


def score(cases: Sequence[Case], detector: Detector) -> float:
    """Return a detector's score over all series: 0 for one that is silent, 100 for a perfect one."""
    found = zip(cases, detector([case.values for case in cases]), strict=True)
    raw = sum(raw_score(len(case.values), case.windows, alarms) for case, alarms in found)
    return normalized(raw, sum(len(case.windows) for case in cases))


def ours(series: Sequence[Values]) -> list[list[int]]:
    """Return the product's alarms on each series."""
    return [list(told["anomalies"]) for told in _asked([{"values": list(values)} for values in series])]


def three_sigma(series: Sequence[Values]) -> list[list[int]]:
    """Alarm at every value more than three standard deviations from the mean of those before it."""
    return [_beyond_three_sigma(values) for values in series]


def _asked(questions: Sequence[dict[str, object]]) -> list[dict[str, Any]]:
    """Put questions to the product's own look at series."""
    lines = "".join(f"{json.dumps(question)}\n" for question in questions)
    ran = subprocess.run(
        [sys.executable, "-m", "tools.metrics"], input=lines, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in ran.stdout.splitlines()]


def _beyond_three_sigma(values: Values) -> list[int]:
    past = np.arange(1, len(values))
    mean = np.cumsum(values)[:-1] / past
    sigma = np.sqrt(np.maximum(np.cumsum(values**2)[:-1] / past - mean**2, 0.0))
    return [int(index) + 1 for index in np.flatnonzero(np.abs(values[1:] - mean) > 3 * sigma)]


def _alarms(cases: Sequence[Case], detector: Detector) -> int:
    found = zip(cases, detector([case.values for case in cases]), strict=True)
    return sum(index >= probation(len(case.values)) for case, alarms in found for index in alarms)


def _forecasts(cases: Sequence[Case]) -> Row:
    hours = [whole[: len(whole) - DAY * back] for whole in map(_hourly, cases) for back in range(ENDS)]
    asked = [{"values": list(each[:-AHEAD]), "ahead": AHEAD, "season": DAY} for each in hours]
    told = [(each, answer["forecast"]) for each, answer in zip(hours, _asked(asked), strict=True)]
    won = [_beats(each, forecast) for each, forecast in told if forecast is not None]
    return Row("forecast", "beats_naive", share(sum(won), len(won)), 50.0, len(won))


def _beats(hours: Values, forecast: Sequence[float]) -> bool:
    """Say whether a forecast of the tail errs less than repeating the last day."""
    past, tail = hours[:-AHEAD], hours[-AHEAD:]
    naive = np.resize(past[-DAY:], AHEAD)
    return bool(np.mean(np.abs(np.array(forecast) - tail)) < np.mean(np.abs(naive - tail)))


def _hourly(case: Case) -> Values:
    hours: dict[datetime, list[float]] = {}
    for at, value in zip(case.times, case.values, strict=True):
        hours.setdefault(at.replace(minute=0, second=0), []).append(float(value))
    return np.array([np.mean(each) for each in hours.values()])


def _cases(folder: Path) -> list[Case]:
    labels = json.loads((folder / "combined_windows.json").read_text("utf-8"))
    files = sorted((folder / "data").rglob("*.csv"))
    return [_case(file, labels.get(f"{file.parent.name}/{file.name}", [])) for file in files]


def _case(file: Path, labels: Sequence[Sequence[str]]) -> Case:
    with file.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    times = [datetime.fromisoformat(row["timestamp"]) for row in rows]
    at = {time: index for index, time in enumerate(times)}
    windows = [(at[datetime.fromisoformat(first)], at[datetime.fromisoformat(last)]) for first, last in labels]
    return Case(times, np.array([float(row["value"]) for row in rows]), windows)
