"""`python -m bot policy`: test the policy against what the team expects of it, or have it explain itself."""

import sys
from datetime import UTC, datetime

from bot.approvals.expectations import read_expectations
from bot.live import LivePolicy
from bot.rules import awaited, changes, explainer, risks
from config.settings import Settings


def check_policy(settings: Settings) -> int:
    """Print for each expectation whether the policy meets it; 0 if it meets all."""
    policy = LivePolicy(settings.infra_config / "policy.toml", changes, awaited).current
    expectations = read_expectations(settings.infra_config / "policy_tests.toml")
    unmet = [expected.unmet(policy, risks()) for expected in expectations]
    for expected, problem in zip(expectations, unmet, strict=True):
        sys.stdout.write(f"✗ {expected.name}: {problem}\n" if problem else f"✓ {expected.name}\n")
    met = sum(not problem for problem in unmet)
    sys.stdout.write(f"{met} of {len(unmet)} expectations met, policy {policy.version[:8]}.\n")
    return int(met < len(unmet))


def explain_policy(settings: Settings, words: str) -> int:
    """Print what the policy would decide about `kube_scale in production …`, for nobody in no channel."""
    policy = LivePolicy(settings.infra_config / "policy.toml", changes, awaited)
    sys.stdout.write(explainer(policy)(words, "", "", datetime.now(UTC)) + "\n")
    return 0
