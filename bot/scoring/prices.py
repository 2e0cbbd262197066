"""What tokens cost, by config/models.toml; money is Decimal, and a model without a price has none."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MILLION = Decimal(1_000_000)


class Price(BaseModel):
    """USD per million tokens of the models whose id fits a pattern."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    input: Decimal = Field(ge=0)
    output: Decimal = Field(ge=0)


class Prices(BaseModel):
    """The table, and where it is from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: str = ""
    source: str = ""
    model: tuple[Price, ...] = ()

    def of(self, model: str, tokens_in: int, tokens_out: int) -> Decimal | None:
        """Return what tokens of a model cost (USD, exact); None where the table has no price for it."""
        price = next((one for one in self.model if fnmatchcase(model, one.id)), None)
        if price is None:
            return None
        return (tokens_in * price.input + tokens_out * price.output) / MILLION


def read_prices(path: Path) -> Prices:
    """Read the table; without the file nothing has a price.

    Raises:
        ValueError: Names the file and what does not fit.
    """
    if not path.exists():
        return Prices()
    try:
        return Prices.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path}: {error}") from error
