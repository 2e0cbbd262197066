"""Short names for tool calls, for people who follow a run as it goes."""

from tools.contract import Call

_PREFIXES = (
    ("aws_rds_", "RDS "),
    ("aws_logs_", "Logs "),
    ("aws_log_", "Log "),
    ("aws_quota_", "Service Quotas "),
    ("aws_", "CloudWatch "),
    ("securityhub_", "Security Hub "),
    ("kube_", "Kubernetes "),
    ("github_", "GitHub "),
    ("ci_", "CI "),
)
_QUIET = frozenset({"minutes", "stat", "lines", "around", "previous"})
_WIDTH = 60


def title_of(call: Call) -> str:
    """Return a few words on what a call looks at, such as `Kubernetes pods · shop · checkout`."""
    return " · ".join((_name(call.tool), *_subjects(call)))


def spelled(call: Call) -> str:
    """Return the call as it would be written: `kube_pods(namespace=shop, workload=checkout)`."""
    return f"{call.tool}({', '.join(f'{name}={value}' for name, value in call.args.items())})"


def _name(tool: str) -> str:
    for prefix, words in _PREFIXES:
        if tool.startswith(prefix):
            return words + tool.removeprefix(prefix).replace("_", " ")
    return tool.replace("_", " ").capitalize()


def _subjects(call: Call) -> list[str]:
    values = (value for name, value in call.args.items() if name not in _QUIET)
    return [shown for value in values if (shown := _shown(value))]


def _shown(value: object) -> str:
    words = ", ".join(map(str, value.values())) if isinstance(value, dict) else str(value)
    return words if len(words) <= _WIDTH else f"{words[: _WIDTH - 1]}…"
