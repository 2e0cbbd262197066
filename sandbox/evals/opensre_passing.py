"""The pass rule of the opensre suites: category, required and forbidden words, evidence that was looked at."""

from sandbox.play import Played
from sandbox.slack.wire import Body

HEALTHY = frozenset({"healthy", "recovered"})
CATEGORIES = {
    "configuration_error": {
        *("image_pull", "missing_config", "config_missing", "log_missing_setting", "bad_command", "probe_killed"),
        *("selector_mismatch", "port_mismatch", "name_unresolved", "recent_rollout", "volume_unavailable"),
        *("claim_missing", "claim_class_missing", "claim_pending", "no_endpoints", "route_without_service"),
        *("route_wrong_port", "route_without_endpoints", "route_refused", "policy_blocks_all", "policy_blocks_dns"),
        *("policy_admits_nobody", "policy_wrong_port", "certificate_bad", "certificate_expired"),
        *("certificate_refused", "api_forbidden", "access_denied", "config_changed", "scaled_to_zero"),
    },
    "code_defect": {"crash_loop", "log_exception"},
    "infrastructure": {
        *("node_not_ready", "node_pressure", "rds_failed_over", "rds_restarted", "rds_not_available", "no_sandbox"),
        *("dns_down", "ec2_check_failed", "ec2_system_failed", "webhook_unreachable"),
    },
    "dependency_failure": {"dependency_down", "log_not_reachable"},
}
"""Categories by the code of the finding that is the cause; any other cause is a resource that is used up."""
SAYS = ("config_missing", "missing_config", "name_unresolved", "api_forbidden", "access_denied", "dependency_down")
"""What a program says of why it ends is nearer to the cause than that it ends."""
SOURCES = {
    "aws_rds_events": {"aws_rds_events"},
    "aws_performance_insights": {"aws_rds_performance"},
    "aws_cloudwatch_metrics": {"aws_rds_health", "aws_metric"},
}


def failing(answer: Body, played: Played) -> str:
    """Return why an answer does not pass, empty if it does."""
    said, category = _said(played), category_of(played)
    missing = [word for word in answer.get("required_keywords") or () if _plain(word) not in said]
    hit = [word for word in answer.get("forbidden_keywords") or () if _plain(word) in said]
    unread = [
        one for one in answer.get("required_evidence_sources") or () if not SOURCES.get(one, {one}) & {*played.tools}
    ]
    if category != answer["root_cause_category"] or category in (answer.get("forbidden_categories") or ()):
        return f"category {category}, not {answer['root_cause_category']}"
    return next((f"{why}: {each}" for why, each in (("lacks", missing), ("says", hit), ("unread", unread)) if each), "")


def category_of(played: Played) -> str:
    """Return the category of the cause that an answer claims."""
    if not played.cause:
        return "healthy" if played.health in HEALTHY else "unknown"
    code = _code(played)
    if code == "unschedulable" and "insufficient" not in _plain(played.cause):
        return "configuration_error"  # a taint, an affinity, a volume: there may be room for it
    return next((name for name, codes in CATEGORIES.items() if code in codes), "resource_exhaustion")


def _code(played: Played) -> str:
    """Return the code of the finding that the claimed cause begins with."""
    cause = _plain(played.cause)
    every = [each["finding"] for each in played.findings]
    told = [one for one in every if one["role"] in {"cause", "change"}]
    opening = next((one for one in (*told, *every) if _plain(one["observed"])[:40] in cause), None)
    code = str((opening or (told[0] if told else {"code": ""}))["code"])
    said = [str(one["code"]) for one in told if one["code"] in SAYS]
    return said[0] if code == "crash_loop" and said else code


def _said(played: Played) -> str:
    claims = [str(each["finding"]["observed"]) for each in played.findings]
    return _plain(" ".join([played.cause, played.answer, *claims]))


def _plain(words: object) -> str:
    return " ".join(str(words).lower().split())
