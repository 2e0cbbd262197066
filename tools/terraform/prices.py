"""config/prices.toml: list prices with their date, and the sizes of instance types."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from config.settings import settings
from tools.contract import ToolError

FILE = "prices.toml"


class Instance(BaseModel):
    """An instance type: USD an hour, vCPUs, GPUs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hour: float
    vcpus: int
    gpus: int = 0


class Prices(BaseModel):
    """All of the file; USD."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: str
    region: str
    hours: int
    hour: dict[str, float]
    month: dict[str, float]
    instance: dict[str, Instance]
    vcpu_quota: dict[str, str]

    def a_month(self, name: str) -> float | None:
        """Return USD a month of one piece, None if it is not listed."""
        if name in self.month:
            return self.month[name]
        hourly = self.hour.get(name) or (self.instance[name].hour if name in self.instance else None)
        return None if hourly is None else hourly * self.hours

    def quota_of(self, instance_type: str) -> str:
        """Return the code of the quota that counts an instance type's vCPUs, empty for families with their own."""
        family = instance_type[:1]
        if instance_type.startswith(("inf", "trn", "dl", "hpc", "mac", "u-", "f1", "f2", "x")):
            return ""
        return self.vcpu_quota.get(family if family in {"g", "p"} else "standard", "")


def prices() -> Prices:
    """Return the price list as it is now.

    Raises:
        ToolError: It is not there, or does not fit.
    """
    file = settings().infra_config / FILE
    if not file.is_file():
        raise ToolError(f"There is no config/{FILE}, so nothing can be priced.")
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(file: Path, _changed: int) -> Prices:
    try:
        return Prices.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ToolError(f"config/{FILE} does not fit: {error}") from error
