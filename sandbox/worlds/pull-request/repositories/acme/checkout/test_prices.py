"""Prices add up."""

from prices import total


def test_total() -> None:
    """Three of one and one of another."""
    assert total([("cup", 3, 250), ("tea", 1, 490)]) == 1240
