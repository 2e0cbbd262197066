"""The checkout service."""

from prices import total


def checkout(basket: list[tuple[str, int, int]]) -> int:
    """Return what a basket costs, in cents."""
    return total(basket)
