"""Figures of single parts of the product, each taken in an interpreter of its own: the sandbox imports none of it."""

import json
import subprocess
import sys

from sandbox.bench.rows import Row, percentile
from sandbox.product import CHECKOUT

DECISIONS = 20_000
RULES = 50
DECIDING = f"""
import json, pathlib, tempfile, time
from datetime import UTC, datetime, timedelta
from bot.approvals.policy import Context, Matter
from bot.live import LivePolicy
from tools.contract import Risk

windows = "".join(f'[[window]]\\nname = "w{{n}}"\\nzone = "Europe/Berlin"\\nweekdays = ["sat"]\\n' for n in range(5))
rules = "".join(
    f'[[rule]]\\nname = "r{{n}}"\\nenvironment = ["e{{n}}"]\\nduring = ["w{{n % 5}}"]\\neffect = "deny"\\n'
    for n in range({RULES} - 1)
)
last = '[[rule]]\\nname = "last"\\neffect = "ask"\\ngroups = ["oncall"]\\n'
file = pathlib.Path(tempfile.mkdtemp(), "policy.toml")
file.write_text('stage = "assist"\\n' + windows + rules + last)
policy, now, took = LivePolicy(file, ["kube_scale"]), datetime.now(UTC), []
for n in range({DECISIONS}):
    matter = Matter("kube_scale", Risk.MEDIUM, "production", "U1", Context("C1", "P2", now + timedelta(hours=n)))
    began = time.perf_counter()
    decision = policy.rule_on(matter)
    took.append(1000 * (time.perf_counter() - began))
    assert decision.rule == "last"
print(json.dumps(took))
"""


def policy_decision() -> Row:
    """Measure a decision that 50 rules and 5 windows are gone through for, the look at the file included."""
    told = subprocess.run([sys.executable, "-c", DECIDING], cwd=CHECKOUT, check=True, capture_output=True)  # noqa: S603 - the script above
    took = json.loads(told.stdout)
    return Row("policy_decision_p99", percentile(took, 0.99), "ms", len(took), 1)
