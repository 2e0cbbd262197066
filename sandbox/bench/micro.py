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
policy, now, took = LivePolicy(file, lambda: ["kube_scale"]), datetime.now(UTC), []
for n in range({DECISIONS}):
    matter = Matter("kube_scale", Risk.MEDIUM, "production", "U1", Context("C1", "P2", now + timedelta(hours=n)))
    began = time.perf_counter()
    decision = policy.rule_on(matter)
    took.append(1000 * (time.perf_counter() - began))
    assert decision.rule == "last"
print(json.dumps(took))
"""
RECORDS = 40_000
VERIFYING = f"""
import json, pathlib, tempfile, time
from datetime import UTC, datetime
from bot.archive import FileArchive
from bot.audit import RECORDS, Head, follow, link

data = {{"approval": "Zk3v0c1m9xQ2", "run": "run-1", "tool": "kube_scale", "asker": "U0ANA0001", "effect": "ask"}}
data |= {{"args": {{"namespace": "shop", "deployment": "checkout", "replicas": 3}}, "rule": "one engineer"}}
lines, head = [], Head()
for _ in range({RECORDS}):
    record, head = link(b"k" * 32, head, datetime.now(UTC), "proposed", data)
    lines.append(RECORDS.dump_json(record).decode())
file = pathlib.Path(tempfile.mkdtemp(), "audit.jsonl")
file.write_text("".join(line + chr(10) for line in lines), "utf-8")
began = time.perf_counter()
verified, _ = follow(b"k" * 32, FileArchive(file).lines())
took = time.perf_counter() - began
assert verified.ok and verified.records == {RECORDS}
print(json.dumps({RECORDS} / took))
"""
RESOURCES = 5_000
JUDGING = f"""
import json, time
from tools.terraform.plan import read_plan
from tools.terraform.risk import risk_of_plan

fields = {{f"field_{{n}}": f"value {{n}}" for n in range(30)}}
kinds = ["aws_instance", "aws_db_instance", "aws_iam_role", "aws_subnet", "aws_sns_topic"]
actions = [["update"], ["delete"], ["create"], ["delete", "create"], ["no-op"]]
changes = [
    {{
        "address": f"module.m[{{n}}].{{kinds[n % 5]}}.x", "type": kinds[n % 5],
        "change": {{"actions": actions[n // 5 % 5], "before": fields, "after": {{**fields, "field_3": str(n)}}}},
    }}
    for n in range({RESOURCES})
]
text, took = json.dumps({{"format_version": "1.2", "resource_changes": changes}}), []
for _ in range(5):
    began = time.perf_counter()
    verdict = risk_of_plan(read_plan(text))
    took.append(time.perf_counter() - began)
    assert verdict.level == "high"
print(json.dumps(took))
"""


def policy_decision() -> Row:
    """Measure a decision that 50 rules and 5 windows are gone through for, the look at the file included."""
    told = subprocess.run([sys.executable, "-c", DECIDING], cwd=CHECKOUT, check=True, capture_output=True)  # noqa: S603 - the script above
    took = json.loads(told.stdout)
    return Row("policy_decision_p99", percentile(took, 0.99), "ms", len(took), 1)


def audit_verify() -> Row:
    """Measure `audit verify` on an exported file: reading, signatures and chain."""
    told = subprocess.run([sys.executable, "-c", VERIFYING], cwd=CHECKOUT, check=True, capture_output=True)  # noqa: S603 - the script above
    return Row("audit_verify_rate", json.loads(told.stdout), "1/s", RECORDS, 20_000, least=True)


def plan_risk() -> Row:
    """Measure how long a plan of 5,000 resources takes to read and judge, the slowest of five times."""
    told = subprocess.run([sys.executable, "-c", JUDGING], cwd=CHECKOUT, check=True, capture_output=True)  # noqa: S603 - the script above
    took = json.loads(told.stdout)
    return Row("plan_risk_5000_max", max(took), "s", len(took), 1)
