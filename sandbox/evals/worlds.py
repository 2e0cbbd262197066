"""The suite `worlds`: our own worlds, each judged by the truth beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean, median

from sandbox.company import running
from sandbox.evals.floors import FLOORS
from sandbox.evals.playing import Case, all_played
from sandbox.evals.rows import Row, share
from sandbox.evals.truths import Truth, Verdict, judge, truth_of, wrong_remedies
from sandbox.paging import page_of
from sandbox.play import Played

SUITE = "worlds"
WORLDS = Path(__file__).parent.parent / "worlds"


@dataclass(frozen=True)
class Judged:
    """An answer and what it is worth."""

    name: str
    truth: Truth
    played: Played
    verdict: Verdict

    @property
    def line(self) -> str:
        """One line for people."""
        told = self.played.cause or self.played.answer
        return f"{self.verdict:<13}{self.name:<24}{self.played.seconds:>6.1f} s  {told.splitlines()[0][:110]}"


def run_worlds(folders: Iterable[Path] = ()) -> list[Row]:
    """Play our worlds, or those in the folders, print each verdict, and return the figures."""
    found = sorted(folders) or sorted(path.parent for path in WORLDS.glob("*/truth.toml"))
    cases = [Case(path.name, path, truth_of(path).ask) for path in found]
    judged = []
    for case, played in all_played(cases):
        truth = truth_of(case.world)
        judged.append(Judged(case.name, truth, played, judge(truth, played)))
        print(judged[-1].line, flush=True)
    return figures(judged, [_floors(case) for case in cases])


def figures(judged: Sequence[Judged], floors: Sequence[Sequence[Verdict]]) -> list[Row]:
    """Return the suite's rows; `floors` are the verdicts of each trivial answer, case by case."""
    count, healthy = len(judged), [one for one in judged if one.truth.health == "healthy"]
    row = partial(Row, SUITE)
    verdicts = [one.verdict for one in judged]
    seconds = [one.played.seconds for one in judged]
    wrong = sum(len(wrong_remedies(one.truth, one.played)) for one in judged)
    alarms = verdicts.count(Verdict.FALSE_ALARM)
    return [
        row("right", share(verdicts.count(Verdict.RIGHT), count), _best(floors), count),
        row("inconclusive", share(verdicts.count(Verdict.INCONCLUSIVE), count), 0.0, count),
        row("wrong_cause", share(verdicts.count(Verdict.WRONG), count), None, count),
        row("wrong_remedy", wrong, 0.0, count),
        row("healthy_claimed", alarms, None, len(healthy)),
        row("readings_mean", round(fmean(len(one.played.tools) for one in judged), 1), 0.0, count),
        row("seconds_median", round(median(seconds), 2), None, count),
        row("seconds_max", max(seconds), None, count),
    ]


def _best(floors: Sequence[Sequence[Verdict]]) -> float:
    answers = list(zip(*floors, strict=True))
    return max((share(list(each).count(Verdict.RIGHT), len(each)) for each in answers), default=0.0)


def _floors(case: Case) -> list[Verdict]:
    truth, alert = truth_of(case.world), case.ask or _alert(case.world)
    return [judge(truth, answer(alert)) for answer in FLOORS.values()]


def _alert(world: Path) -> str:
    with running(world) as company:
        page = page_of(company)
    return "" if page is None else f"{page.text} {page.attachments}"
