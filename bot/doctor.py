"""Check what the bot needs, one thing at a time, and say how to fix what is missing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

from agents.runbook.book import read_runbooks
from bot.approvals.expectations import read_expectations
from bot.approvals.policy import read_policy
from bot.archive import archive_at
from bot.channels import read_channels
from bot.rules import awaited, changes, risks
from bot.scoping import read_scopes
from bot.slack.calls import DeclinedError
from bot.slack.installation import installation
from bot.store.connection import connect
from bot.store.signing import signing_key
from config.settings import Settings
from tools import CATALOGUE
from tools.contract import Reading, ToolError
from tools.github.client import requests_left
from tools.instances import read_instances
from tools.mcp.mounting import mount
from tools.mcp.servers import read_servers
from tools.people import read_people

SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "chat:write",
        "commands",
        "im:history",
        "reactions:read",
        "usergroups:read",
        "users:read",
    }
)
PROVIDERS = {"bedrock_converse": "langchain_aws", "bedrock": "langchain_aws", "ollama": "langchain_ollama"}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked, and in words what it is or how to fix it."""

    name: str
    ok: bool
    words: str


class MissingError(Exception):
    """Something is not as it should be; the sentence says how to fix it."""


async def diagnose(settings: Settings) -> AsyncIterator[Check]:
    """Check settings, Slack, AWS, Kubernetes, the store and the model; every check runs, whatever the others say."""
    for name, check in _checks().items():
        try:
            yield Check(name, ok=True, words=await check(settings))
        except (MissingError, ToolError, ValueError, RuntimeError, OSError) as problem:
            yield Check(name, ok=False, words=str(problem))


def _checks() -> dict[str, Callable[[Settings], Awaitable[str]]]:
    return {
        "settings": _settings,
        "policy": _policy,
        "runbooks": _runbooks,
        "slack": _slack,
        "aws": lambda told: _everywhere(told, "aws_alarms", "account"),
        "kubernetes": lambda told: _everywhere(told, "kube_nodes", "cluster"),
        "prometheus": _prometheus,
        "loki": _loki,
        "datadog": _datadog,
        "grafana": _grafana,
        "github": _github,
        "mcp": _mcp,
        "store": _store,
        "audit": _audit,
        "model": _model,
    }


async def _settings(settings: Settings) -> str:
    channels = read_channels(settings.infra_config / "channels.toml")
    read_people(settings.infra_config / "people.toml")
    scopes = read_scopes(settings.infra_config / "scopes.toml")
    signing_key(settings)
    return f"{len(channels.channel)} channels, {len(scopes.scope)} scopes, {len(CATALOGUE)} tools"


async def _runbooks(settings: Settings) -> str:
    books = read_runbooks(settings.infra_config / "runbooks")
    if refused := [f"{book.name}: {step}" for book in books for step in book.refused]:
        raise MissingError(f"{refused[0]}. A runbook's steps only look, so it is left out; describe it in words.")
    return f"{len(books)} runbooks, none with a destructive step"


async def _policy(settings: Settings) -> str:
    policy = read_policy(settings.infra_config / "policy.toml", changes(), awaited())
    expected = read_expectations(settings.infra_config / "policy_tests.toml")
    if unmet := [one.name for one in expected if one.unmet(policy, risks())]:
        raise MissingError(f"It does not meet “{unmet[0]}”; see `python -m bot policy test`.")
    return f"version {policy.version[:8]}, stage {policy.file.stage.value}, meets all {len(expected)} expectations"


async def _slack(settings: Settings) -> str:
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        raise MissingError("Set SLACK_BOT_TOKEN (xoxb-…) from the app's page, OAuth & Permissions.")
    if not settings.slack_app_token.get_secret_value() and not settings.slack_signing_secret.get_secret_value():
        raise MissingError("Set SLACK_APP_TOKEN (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.")
    try:
        here = await installation(settings)
    except DeclinedError as error:
        raise MissingError(f"{error} Check SLACK_BOT_TOKEN, and install the app again.") from error
    if missing := sorted(SCOPES - here.scopes):
        raise MissingError(
            f"Add the scopes {', '.join(missing)} (config/slack_manifest.json) and install the app again."
        )
    return f"{here.user} in {here.team}"


async def _everywhere(settings: Settings, name: str, kind: Literal["account", "cluster"]) -> str:
    there = read_instances(settings.infra_config / "instances.toml")
    named = [one.name for one in (there.account if kind == "account" else there.cluster)]
    return "; ".join([await _reading(name, **{kind: one}) for one in named]) or await _reading(name)


async def _reading(name: str, **args: str) -> str:
    reading = CATALOGUE[name]
    if not isinstance(reading, Reading):
        raise MissingError(f"{name} is no reading.")
    observed = await asyncio.to_thread(reading.call, **args)
    return " ".join(observed.text.splitlines()[: 1 + bool(args)])


async def _prometheus(settings: Settings) -> str:
    if not settings.prometheus_url:
        return "not set; PROMETHEUS_URL lets Infra read a service's numbers there"
    return f"{settings.prometheus_url}: {await _reading('prometheus_alerts')}"


async def _loki(settings: Settings) -> str:
    if not settings.loki_url:
        return "not set; LOKI_URL lets Infra read logs there"
    await _reading("loki_errors", namespace="kube-system", workload="coredns")
    return f"{settings.loki_url}: answers"


async def _datadog(settings: Settings) -> str:
    if not settings.datadog:
        return "not set; DATADOG_API_KEY and DATADOG_APP_KEY let Infra read metrics and monitors there"
    return f"{settings.datadog_url}: {await _reading('datadog_monitors')}"


async def _grafana(settings: Settings) -> str:
    if not settings.grafana_url:
        return "not set; GRAFANA_URL and GRAFANA_TOKEN let Infra read alerts and annotations there"
    await _reading("grafana_annotations")
    return f"{settings.grafana_url}: {await _reading('grafana_alerts')}"


async def _github(settings: Settings) -> str:
    if not settings.github_token.get_secret_value() and not settings.github_app_id:
        return "not set; set GITHUB_TOKEN to let Infra read repositories and open pull requests"
    left = await asyncio.to_thread(requests_left)
    apart = "a token of its own for changes" if settings.github_write_token.get_secret_value() else "one token for all"
    return f"{settings.github_api_url}: token accepted, {left} requests left this hour, {apart}"


async def _mcp(settings: Settings) -> str:
    servers = read_servers(settings.infra_config / "mcp.toml")
    if not servers:
        return "no server in mcp.toml"
    mounted = await asyncio.to_thread(mount, servers, ())
    if mounted.problems:
        raise MissingError(" ".join(mounted.problems))
    readings = sum(isinstance(tool, Reading) for tool in mounted.tools.values())
    return f"{len(servers)} servers, {readings} readings, {len(mounted.tools) - readings} changes of high risk"


async def _store(settings: Settings) -> str:
    connection = connect(settings)
    try:
        unsafe = await connection.changes_refused_because()
    finally:
        await connection.close()
    if unsafe:
        raise MissingError(unsafe)
    return "durable" + ("" if settings.redis_url else f", embedded in {settings.infra_data}")


async def _audit(settings: Settings) -> str:
    if not settings.infra_audit_export:
        return "kept in the store only; INFRA_AUDIT_EXPORT has it copied"
    archive = archive_at(settings.infra_audit_export, settings.infra_audit_days)
    return f"{await asyncio.to_thread(archive.last)} records copied to {settings.infra_audit_export}"


async def _model(settings: Settings) -> str:
    package = PROVIDERS.get(settings.infra_model.partition(":")[0])
    if settings.infra_model == "runbook":
        return "the embedded runbook engine"
    if package and find_spec(package) is None:
        raise MissingError(f"Install {package} for {settings.infra_model}, or set INFRA_MODEL=runbook.")
    return f"{settings.infra_model}, falling back to {settings.infra_model_fallback}"
