"""What list prices say a thing costs a month, as Decimal: config/prices.toml names their source and date."""

from __future__ import annotations

from decimal import Decimal

from tools.terraform.prices import prices


def monthly(name: str) -> Decimal | None:
    """Return USD a month of one piece (a GB, an address, an instance), None if it is not listed.

    Raises:
        ToolError: There is no price list.
    """
    listed = prices()
    if name in listed.month:
        return Decimal(repr(listed.month[name]))
    if name in listed.hour:
        return Decimal(repr(listed.hour[name])) * listed.hours
    if name in listed.instance:
        return Decimal(repr(listed.instance[name].hour)) * listed.hours
    return None


def source() -> str:
    """Say whose prices these are."""
    listed = prices()
    return f"list prices of {listed.region}, {listed.as_of}"
