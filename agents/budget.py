"""What one run may use, counted across every model call and every tool of the run."""

from agents.contract import Limits


class LimitReached(Exception):
    """The run has used up one of its limits; the sentence says which."""


class Budget:
    """Counts steps and tokens; the clock is kept by the runner."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.steps = 0
        self.input_tokens = 0
        self.output_tokens = 0

    def step(self) -> None:
        """Count a tool call.

        Raises:
            LimitReached: When there was none left.
        """
        if self.steps >= self.limits.steps:
            raise LimitReached(f"The run has taken all of its {self.limits.steps} steps.")
        self.steps += 1

    def tokens(self, read: int, written: int) -> None:
        """Count what a model call cost."""
        self.input_tokens += read
        self.output_tokens += written

    def check(self) -> None:
        """Refuse another model call once the tokens are spent.

        Raises:
            LimitReached: When they are.
        """
        if self.input_tokens + self.output_tokens >= self.limits.tokens:
            raise LimitReached(f"The run has used all of its {self.limits.tokens:,} tokens.")
