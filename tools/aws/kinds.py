"""How the kinds of things that CloudWatch measures are judged: by signs, each one metric and its bound."""

from dataclasses import dataclass

from tools.contract import Role


@dataclass(frozen=True)
class Sign:
    """One metric of a kind of thing.

    Attributes:
        code: The finding where it is beyond its bound.
        metric: CloudWatch's name.
        stat: Statistic.
        at: Bound: trouble begins here.
        times: And so many times the usual.
        says: What it means, `{name}` and `{value}` filled in.
        role: What part it plays.
        sure: Confidence.
        advice: What a person could do.
        by: A second dimension, where the metric is told of each part of the thing only.
        only: What the thing's name must match, where the metric is no trouble of others; empty for any.
    """

    code: str
    metric: str
    stat: str
    at: float
    times: float
    says: str
    role: Role = Role.SYMPTOM
    sure: float = 0.75
    advice: str = ""
    by: str = ""
    only: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of thing: CloudWatch's namespace, the dimension that names it, and its signs."""

    namespace: str
    dimension: str
    signs: tuple[Sign, ...]
