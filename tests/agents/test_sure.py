"""How sure a cause must be is a setting, and holds for the engine and for any model."""

from collections.abc import Iterator

import pytest

from agents.citations import remarks
from agents.contract import Cited, Ending, Health
from agents.diagnosis import diagnose
from agents.notebook import Conclusion, Notebook
from agents.weighing import Scene
from config.settings import settings
from tools.contract import Finding, Role

CAUSE = Cited(Finding("crash_loop", "deployment/shop/checkout", "It crashes.", "log", 0.9, Role.CAUSE), "E1")


@pytest.fixture
def _strict(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("INFRA_SURE", "0.95")
    settings.cache_clear()
    yield
    settings.cache_clear()


def said(confidence: float) -> tuple[Ending, str]:
    """Return how a run ends that concludes so, and what its readers are told."""
    notebook = Notebook(lambda _event: None)
    notebook.conclude(Conclusion(Health.UNHEALTHY, "It crashes.", confidence, ("E1",)))
    return notebook.ending(), remarks("It crashes [E1].", notebook.conclusion, {"E1"})


def test_a_cause_that_is_not_sure_enough_is_told_as_inconclusive() -> None:
    """Whoever thought it, the reader is told how sure it is and how sure it must be."""
    ending, remark = said(0.3)

    assert ending is Ending.INCONCLUSIVE
    assert "Inconclusive: 30% sure of this cause, where 55% is asked for" in remark


def test_a_sure_cause_is_an_answer() -> None:
    """It is told without a remark."""
    assert said(0.9) == (Ending.ANSWERED, "")


@pytest.mark.usefixtures("_strict")
def test_the_setting_decides_what_the_engine_claims() -> None:
    """What is claimed by default is only suspected where more is asked for."""
    strict = diagnose([CAUSE], Scene())

    assert strict.cause is None
    assert said(0.9)[0] is Ending.INCONCLUSIVE
