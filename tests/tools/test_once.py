"""What a run has just read is not asked for twice, and nothing outlives it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Semaphore

import pytest

from tests.tools.kube_api import Request, kubeconfig, serving
from tests.tools.kube_world import pointed
from tools.contract import ToolError
from tools.kube.client import reader
from tools.once import FRESH_SECONDS, Memory, once, remembering


def numbers() -> Callable[[], int]:
    """Return something that answers 1, 2, 3 … when it is asked."""
    counted: Iterator[int] = count(1)
    return lambda: next(counted)


def test_the_same_question_is_asked_once_however_many_ask_at_once() -> None:
    """Threads that ask meanwhile wait for the answer and share it; another question has its own."""
    memory, fetch = Memory(), numbers()

    with ThreadPoolExecutor(8) as readings:
        answers = list(readings.map(lambda _: memory.once("pods", fetch), range(50)))

    assert answers == [1] * 50
    assert memory.once("nodes", fetch) == 2


def test_a_later_look_sees_what_has_changed_since() -> None:
    """An answer is for a short while; a run that looks again after that looks anew."""
    now = [0.0]
    memory, fetch = Memory(lambda: now[0]), numbers()
    memory.once("pods", fetch)

    now[0] += FRESH_SECONDS + 1

    assert memory.once("pods", fetch) == 2


def test_who_waits_for_an_answer_shares_its_failure_and_who_asks_later_tries_anew() -> None:
    """A server that is down costs its time-out once, not once for each reading."""
    ticks, told = list[int](), Semaphore(0)

    def clock() -> float:
        ticks.append(1)
        told.release()
        return len(ticks)

    def fails() -> str:
        for _ in range(4):  # three who ask, and the one of them that begins
            told.acquire(timeout=60)
        raise ToolError("It is down.")

    def asks(_: int) -> str:
        try:
            return memory.once("pods", fails)
        except ToolError as error:
            return str(error)

    memory = Memory(clock)

    with ThreadPoolExecutor(3) as readings:
        answers = list(readings.map(asks, range(3)))

    assert answers == ["It is down."] * 3
    assert len(ticks) == 5
    assert memory.once("pods", lambda: "up") == "up"


def test_outside_a_run_everything_is_fetched() -> None:
    """Previews and read-backs never see what was."""
    fetch = numbers()
    with remembering(Memory()):
        assert (once("pods", fetch), once("pods", fetch)) == (1, 1)

    assert (once("pods", fetch), once("pods", fetch)) == (2, 3)


def test_readings_of_a_run_list_a_kind_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same list is one request; another namespace's and another run's are their own."""
    asked = []

    def answer(request: Request) -> tuple[int, dict[str, object]]:
        asked.append(request)
        return 200, {"items": [{"metadata": {"name": "checkout", "namespace": "shop"}}]}

    with serving(answer) as api:
        pointed(kubeconfig(tmp_path, api.url), monkeypatch)
        with remembering(Memory()):
            seen = [reader().every("pods", "shop") for _ in range(3)]
            reader().every("pods", "media")
        with remembering(Memory()):
            reader().every("pods", "shop")

    assert seen[0] == seen[1] == seen[2]
    assert len(asked) == 3
