"""The cost digest over as many rows as a month of a large organization has, from one compressed FOCUS file."""

import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.bench.rows import Row
from sandbox.product import CHECKOUT

CHARGES = 1_000_000
SERVICES, ACCOUNTS, RESOURCES, DAYS = 40, 50, 20_000, 90
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
HEAD = (
    "BilledCost,BillingAccountId,BillingAccountName,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,ChargeCategory,"
    "ChargeClass,ChargeDescription,ChargeFrequency,ChargePeriodEnd,ChargePeriodStart,EffectiveCost,InvoiceIssuerName,"
    "ListCost,PricingCategory,ProviderName,PublisherName,RegionId,RegionName,ResourceId,ServiceCategory,ServiceName,"
    "SkuId,SubAccountId,SubAccountName,Tags"
)
READING = """
import json, resource, time
from tools.cost.readings import cost_spend

began = time.perf_counter()
seen = cost_spend.call()
took = time.perf_counter() - began
print(json.dumps([took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, seen.headline]))
"""


def bills() -> Iterator[Row]:
    """Measure one reading, in a process of its own: its seconds and the most memory it ever held."""
    with tempfile.TemporaryDirectory(prefix="infra-bench-") as folder:
        write_bill(Path(folder) / "bill.csv.gz", CHARGES)
        told = subprocess.run(  # noqa: S603 - the script above
            [sys.executable, "-c", READING],
            cwd=CHECKOUT,
            env=os.environ | {"INFRA_FOCUS": folder, "AWS_REGION": "us-east-1"},
            check=True,
            capture_output=True,
        )
    took, held, headline = json.loads(told.stdout)
    complete = headline.startswith("Spend, last 30 days: USD ")
    yield Row("cost_1m_rows", took if complete else float("inf"), "s", CHARGES, 10)
    yield Row("cost_1m_rows_rss", held, "MiB", CHARGES, 500)


def write_bill(file: Path, charges: int) -> None:
    """Write a bill with all that exports say of a charge."""
    chance = random.Random(1)  # noqa: S311 - the same bill each time
    with gzip.open(file, "wt", encoding="utf-8", compresslevel=1) as lines:
        lines.write(f"{HEAD}\n")
        lines.writelines(_line(number, chance) for number in range(charges))


def _line(number: int, chance: random.Random) -> str:
    began = BEGINS + timedelta(hours=number * DAYS * 24 // CHARGES)
    month = began.replace(day=1, hour=0)
    following = (month + timedelta(days=32)).replace(day=1)
    cost = f"{chance.random() * 3:.10f}"
    account, resource = 100_000_000_000 + number % ACCOUNTS, number % RESOURCES
    told = (
        *(cost, "123456789012", "Shop", "USD", _time(following), _time(month), "Usage", "NULL"),
        f'"$0.{number % 97:03} per GB - data transfer out"',
        "Usage-Based",
        *(_time(began + timedelta(hours=1)), _time(began)),
        *(cost, '"Amazon Web Services, Inc."', cost, "Standard", "AWS", '"Amazon Web Services, Inc."'),
        *(f"us-east-{number % 4}", '"US East"', f"arn:aws:ec2:us-east-1:{account}:instance/i-{resource:017x}"),
        *("Compute", f"Service {number % SERVICES}", f"SKU{number % 500}", f"{account}", f"Team {number % ACCOUNTS}"),
        f'"{{""application"": ""app-{number % 30}"", ""environment"": ""production""}}"',
    )
    return ",".join(told) + "\n"


def _time(at: datetime) -> str:
    return f'"{at:%Y-%m-%d %H:%M:%S}"'
