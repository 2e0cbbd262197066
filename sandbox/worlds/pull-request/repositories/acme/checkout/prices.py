"""Prices, in cents."""


def total(basket: list[tuple[str, int, int]]) -> int:
    """Return the sum of name, quantity and price lines."""
    return sum(quantity * price for _, quantity, price in basket)
