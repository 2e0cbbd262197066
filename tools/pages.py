"""Where people see for themselves what a reading showed: the page of a console, of GitHub or of a dashboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote

from config.settings import settings
from tools.contract import Call, JsonObject

CONSOLES = {"us-gov-": "console.amazonaws-us-gov.com", "cn-": "console.amazonaws.cn"}
"""Consoles of the other partitions: https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html"""
PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.")


def page_of(call: Call) -> str:
    """Return the https address of the page that shows what a reading looked at; empty where there is none."""
    made = PAGES.get(call.tool)
    if made is None:
        return _in_dashboard(call.args) if call.tool.startswith("kube_") else ""
    return made(call.args)


def _console(path: str) -> Callable[[JsonObject], str]:
    """Return what fills the path's {names} with arguments and its {region}; empty where an argument is."""

    def made(args: JsonObject) -> str:
        given = {name: _quoted(value) for name, value in args.items() if value}
        region = given.get("region") or settings().aws_region
        host = next((host for sign, host in CONSOLES.items() if region.startswith(sign)), "console.aws.amazon.com")
        return _filled(f"https://{region}.{host}/{path}", {**given, "region": region})

    return made


def _github(path: str) -> Callable[[JsonObject], str]:
    def made(args: JsonObject) -> str:
        api = settings().github_api_url.rstrip("/")
        site = "https://github.com" if api == "https://api.github.com" else api.removesuffix("/api/v3")
        return _filled(f"{site}/{path}", {name: quote(str(value), safe="/") for name, value in args.items() if value})

    return made


def _metric(args: JsonObject) -> str:
    region, dimensions = settings().aws_region, args.get("dimensions")
    pairs = dimensions.items() if isinstance(dimensions, Mapping) else ()
    words = [str(args.get("namespace", "")), str(args.get("metric", "")), *(str(one) for pair in pairs for one in pair)]
    series = "~".join(f"'{_starred(word)}" for word in words)
    graph = f"~(metrics~(~(~{series}))~region~'{region})"
    return _console("cloudwatch/home?region={region}#metricsV2:graph=")({**args, "region": region}) + graph


def _log_group(args: JsonObject) -> str:
    """The console's own spelling: percent-encoded twice, with $ for %."""
    name = quote(quote(str(args.get("log_group", "")), safe=""), safe="").replace("%", "$")
    return _console("cloudwatch/home?region={region}#logsV2:log-groups/log-group/")({}) + name


def _in_dashboard(args: JsonObject) -> str:
    named = next((args[name] for name in ("workload", "deployment", "pod", "name") if args.get(name)), "")
    given = {"namespace": _quoted(args.get("namespace", "")), "name": _quoted(named)}
    return _filled(settings().infra_kube_page, given)


def _filled(template: str, given: Mapping[str, str]) -> str:
    try:
        filled = template.format_map({name: value for name, value in given.items() if value})
    except (KeyError, ValueError, IndexError):
        return ""
    return filled if filled.startswith("https://") else ""


def _quoted(value: object) -> str:
    return quote(str(value), safe="")


def _starred(word: str) -> str:
    """The console's own spelling in graphs: anything unusual as * and two hexadecimal digits, or ** and four."""
    spelled = {one: f"*{ord(one):02x}" if one.isascii() else f"**{ord(one):04x}" for one in set(word) - PLAIN}
    return "".join(spelled.get(one, one) for one in word)


_DATABASE = _console("rds/home?region={region}#database:id={instance};is-cluster=false")
_RUN = _github("{repository}/actions/runs/{run}")
_PULL = _github("{repository}/pull/{pull}")
PAGES: dict[str, Callable[[JsonObject], str]] = {
    "aws_alarms": _console("cloudwatch/home?region={region}#alarmsV2:"),
    "aws_alarm_history": _console("cloudwatch/home?region={region}#alarmsV2:alarm/{alarm}"),
    "aws_metric": _metric,
    "aws_logs_insights": _log_group,
    "aws_log_errors": _log_group,
    "aws_rds_instance": _DATABASE,
    "aws_rds_events": _DATABASE,
    "aws_rds_performance": _DATABASE,
    "aws_rds_health": _DATABASE,
    "aws_ecs_service": _console("ecs/v2/clusters/{cluster}/services/{service}/health?region={region}"),
    "aws_changes": _console("cloudtrailv2/home?region={region}#/events?ResourceName={resource}"),
    "security_posture": _console("securityhub/home?region={region}#/findings"),
    "guardduty_threats": _console("guardduty/home?region={region}#/findings"),
    "access_findings": _console("access-analyzer/home?region={region}#/findings"),
    "config_compliance": _console("config/home?region={region}#/rules"),
    "cost_spend": _console("costmanagement/home?region={region}#/cost-explorer"),
    "github_file": _github("{repository}/blob/{ref}/{path}"),
    "github_pull": _PULL,
    "change_risk": _PULL,
    "github_run": _RUN,
    "ci_triage": _RUN,
}
"""Tools whose readings have a page; addresses are those that the consoles show in the browser."""
