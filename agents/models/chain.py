"""The models a run may use, best first: each is made when first needed and left alone while its breaker is open."""

from collections.abc import Callable, Sequence
from functools import cached_property

from langchain_core.language_models.chat_models import BaseChatModel

from agents.models.breaker import Breaker


class ModelDown(Exception):
    """No model answered; the sentence says why, for people."""


class Candidate:
    """One model by its id, with its breaker."""

    def __init__(self, name: str, make: Callable[[], BaseChatModel], breaker: Breaker | None = None) -> None:
        self.name = name
        self.breaker = breaker or Breaker()
        self._make = make

    @cached_property
    def model(self) -> BaseChatModel:
        """Return the model; made the first time, because clients are slow to import."""
        return self._make()


class Chain:
    """Models in order of preference; shared by all runs of a process."""

    def __init__(self, candidates: Sequence[Candidate], patience: float) -> None:
        if not candidates:
            raise ModelDown("No model is set; set INFRA_MODEL.")
        self.candidates = tuple(candidates)
        self.patience = patience

    def order(self) -> tuple[Candidate, ...]:
        """Return the models to try: those that answer, then, as a last resort, those that lately did not."""
        return tuple(sorted(self.candidates, key=lambda candidate: candidate.breaker.open))
