"""What a draft would cost a month: from list prices in config/prices.toml, and from infracost where it is on PATH."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tools.contract import Call, Finding, Observation, Role
from tools.declare import reads
from tools.terraform.drafts import Draft, DraftId, known
from tools.terraform.external import monthly_cost
from tools.terraform.modules import Costing, Value, golden
from tools.terraform.prices import Prices, prices

FINDINGS = {
    "cost_delta": "What a draft would cost a month, from list prices.",
    "cost_unknown": "What a draft would cost is not known, or not of all of its parts.",
}


@dataclass(frozen=True, slots=True)
class CostLine:
    """A part of the cost: USD a month at least and at most, None if no price is known."""

    what: str
    of: str
    least: float | None
    most: float | None


@reads
def terraform_cost(draft: DraftId) -> Observation:
    """Say what a draft would cost a month more than today: at rest, and at the most it may scale to."""
    told = known(draft)
    lines = cost_of(told)
    measured = [sentence for state, said in [monthly_cost(told.terraform)] if state == "passed" for sentence in said]
    return Observation("\n".join([*map(_shown, lines), *measured, sentence(told)]), (_finding(told),))


def cost_of(draft: Draft) -> tuple[CostLine, ...]:
    """Return the parts of what a draft costs; none where no golden module is behind it."""
    if not draft.module:
        return ()
    listed = prices()
    parts = [each for each in golden(draft.module).told.cost if _counts(each, draft.values)]
    return tuple(_line(each, draft.values, listed) for each in parts)


def sentence(draft: Draft) -> str:
    """Return the cost in a sentence, with the date and the source of the prices."""
    lines, listed = cost_of(draft), prices()
    if not lines:
        return "Not priced: AWS bills it by use, or nobody has told what it is made of."
    least = sum(one.least or 0 for one in lines)
    most = sum(one.most or 0 for one in lines)
    upto = f", up to {most:,.0f} USD" if round(most) > round(least) else ""
    unknown = [one.of for one in lines if one.least is None]
    lacking = f" Without {', '.join(unknown)}: no price is listed." if unknown else ""
    return (
        f"About {least:,.0f} USD a month{upto} more (AWS list prices of {listed.as_of}, {listed.region}, on demand; "
        f"traffic and logs not counted).{lacking}"
    )


def _finding(draft: Draft) -> Finding:
    lines = cost_of(draft)
    unknown = not lines or any(one.least is None for one in lines)
    said, subject = sentence(draft), f"draft/{draft.id}"
    review = (Call("terraform_review", {"draft": draft.id}),)
    if unknown:
        return Finding("cost_unknown", subject, said, "config/prices.toml", 0.5, Role.CONTEXT, leads_to=review)
    return Finding("cost_delta", subject, said, "config/prices.toml", 0.7, Role.CONTEXT, leads_to=review)


def _line(cost: Costing, values: Mapping[str, Value], listed: Prices) -> CostLine:
    name = cost.price.format_map({key: str(value) for key, value in values.items()})
    one = listed.month.get(name) if cost.monthly else listed.a_month(name)
    least, most = quantity(cost.least, values), quantity(cost.most if cost.most is not None else cost.least, values)
    scale = quantity(cost.times or 1, values) / cost.per
    if one is None:
        return CostLine(cost.what, name, None, None)
    return CostLine(cost.what, name, one * least * scale, one * most * scale)


def quantity(count: int | str, values: Mapping[str, Value]) -> float:
    """Return a number, or the value that a name stands for."""
    told = count if isinstance(count, int) else values.get(count, 0)
    return float(told) if isinstance(told, int | float) else 0.0


def _counts(cost: Costing, values: Mapping[str, Value]) -> bool:
    excluded = any(str(values.get(name)) in several for name, several in cost.unless.items())
    return not excluded and (not cost.when or bool(values.get(cost.when)))


def _shown(line: CostLine) -> str:
    if line.least is None or line.most is None:
        return f"- {line.what} ({line.of}): no price is listed"
    most = f" to {line.most:,.2f}" if line.most != line.least else ""
    return f"- {line.what} ({line.of}): {line.least:,.2f}{most} USD a month"
