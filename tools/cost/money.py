"""Money in words; amounts are Decimal from the bill to the sentence."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

CENT = Decimal("0.01")
DIGITS = 60
"""Significant digits of a sum; more than any bill has, so that adding never rounds."""
FEW = Decimal(100)


def words(amount: Decimal, currency: str = "USD") -> str:
    """Return an amount for people: cents below a hundred, whole units above, and what is less than a cent in full."""
    with localcontext(prec=DIGITS):
        if amount and abs(amount) < CENT:
            return f"{currency} {amount.normalize():f}"
        unit = Decimal(1) if abs(amount) >= FEW else CENT
        return f"{currency} {amount.quantize(unit, ROUND_HALF_EVEN):,}"


def change(now: Decimal, before: Decimal) -> str:
    """Say how an amount compares with the one before, in percent; words where a percentage says nothing."""
    if before <= 0:
        return "nothing to compare with" if now <= 0 else "new"
    share = (now - before) / before * 100
    return f"{'up' if share >= 0 else 'down'} {abs(share):.0f} %"
