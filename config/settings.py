"""Everything the product is told from outside, read from the environment once and frozen."""

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

HERE = Path(__file__).parent


class Settings(BaseSettings):
    """Settings by environment variable; the name in capitals, as listed in the README's table."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    # Slack
    slack_bot_token: SecretStr = Field(SecretStr(""), description="Bot token, xoxb-…")
    slack_app_token: SecretStr = Field(SecretStr(""), description="App token, xapp-…; with it the bot uses Socket Mode")
    slack_signing_secret: SecretStr = Field(SecretStr(""), description="Signing secret; needed for HTTP")
    slack_api_url: str = Field("https://slack.com/api/", description="Slack's Web API")
    slack_link_hosts: str = Field(
        "console.aws.amazon.com,status.aws.amazon.com,health.aws.amazon.com",
        pattern=r"^([a-z0-9-]+(\.[a-z0-9-]+)+(,[a-z0-9-]+(\.[a-z0-9-]+)+)*)?$",
        description="Hosts that links in messages may lead to, with their subdomains, separated by commas",
    )
    slack_stream_seconds: float = Field(240, description="Roll to a new stream after this many seconds")
    slack_stream_bytes: int = Field(9000, description="Roll to a new stream after this many bytes of UTF-8")
    slack_stream_cards: int = Field(48, description="Roll to a new stream after this many task cards")

    # Where the world is
    aws_region: str = Field("us-east-1", description="Region to look at")
    aws_endpoint_url: str = Field("", description="AWS endpoint, for GovCloud proxies and the sandbox")
    aws_read_role_arn: str = Field("", description="Role that readings take; the bot's own credentials if empty")
    aws_write_role_arn: str = Field("", description="Role that an approved change takes, and nothing else")
    infra_kube_page: str = Field(
        "",
        description="Page of a workload in your dashboard, https://…/{namespace}/{name}; its host in SLACK_LINK_HOSTS",
    )
    kubeconfig: str = Field("", description="Path of the kubeconfig; ~/.kube/config or in-cluster if empty")
    infra_focus: str = Field("", description="Bills in FOCUS 1.0: a folder, or s3://bucket/prefix; none if empty")
    infra_cost_tag: str = Field("application", description="Cost allocation tag that names an application")
    github_api_url: str = Field("https://api.github.com", description="GitHub's REST API")
    github_token: SecretStr = Field(SecretStr(""), description="GitHub token that readings use")
    github_write_token: SecretStr = Field(
        SecretStr(""), description="GitHub token that an approved change uses; GITHUB_TOKEN if empty"
    )
    github_app_id: str = Field("", description="GitHub App that acts where no token is set")
    github_app_installation: int = Field(0, description="Number of the App's installation, as in its address")
    github_app_key: SecretStr = Field(
        SecretStr(""), description="The App's private key, PEM; \\n stands for a new line"
    )
    github_guarded_paths: str = Field(
        ".github/workflows/*,.github/actions/*,CODEOWNERS,*/CODEOWNERS,.circleci/*,.buildkite/*,.gitlab-ci.yml,"
        "azure-pipelines.yml,buildspec.yml,Jenkinsfile",
        description="Paths that pull requests from here may not touch: what runs with secrets, and who reviews",
    )
    infra_terraform_plugins: str = Field(
        "", description="Folder of providers that `terraform validate` may use (`terraform providers mirror`)"
    )
    prometheus_url: str = Field(
        "", pattern=r"^(https?://\S+)?$", description="Prometheus, or what speaks its HTTP API; none if empty"
    )
    prometheus_token: SecretStr = Field(SecretStr(""), description="Bearer token for Prometheus, if it asks for one")
    loki_url: str = Field("", pattern=r"^(https?://\S+)?$", description="Loki's HTTP API; none if empty")
    loki_token: SecretStr = Field(SecretStr(""), description="Bearer token for Loki, if it asks for one")
    loki_tenant: str = Field("", description="X-Scope-OrgID for Loki, where it has several tenants")
    datadog_url: str = Field(
        "https://api.datadoghq.com", pattern=r"^(https?://\S+)?$", description="API of the Datadog site"
    )
    datadog_api_key: SecretStr = Field(SecretStr(""), description="Datadog API key; with both keys Datadog is read")
    datadog_app_key: SecretStr = Field(
        SecretStr(""), description="Datadog application key that may read metrics and monitors"
    )
    grafana_url: str = Field("", pattern=r"^(https?://\S+)?$", description="Grafana; none if empty")
    grafana_token: SecretStr = Field(
        SecretStr(""), description="Grafana service account token that may read alerts and annotations"
    )

    # Alerts
    infra_alert_secrets: SecretStr = Field(
        SecretStr(""), description="Secrets of /alerts/<source>: source=secret,…; * is for every other source"
    )
    infra_alert_queue: str = Field("", description="URL of an SQS queue that alerts come in by; none if empty")

    # Where a pipeline of GitHub Actions looks for what `risk` says; set by the runner
    github_output: Path | None = Field(None, description="File for a step's outputs; GitHub Actions sets it")
    github_step_summary: Path | None = Field(None, description="File for a step's summary; GitHub Actions sets it")

    # State
    redis_url: str = Field("", description="Redis or Valkey; an embedded Valkey starts if empty")
    infra_data: Path = Field(Path("var"), description="Folder of the embedded Valkey and the signing key")
    infra_audit_export: str = Field(
        "", description="Copy of the audit trail: file:/path, s3://bucket/prefix or cloudwatch:/log/group"
    )
    infra_audit_days: int = Field(400, description="Days that an exported S3 object is locked for")
    infra_key: SecretStr = Field(
        SecretStr(""), description="Key that signs approvals; made in the data folder if empty"
    )

    # Thinking
    infra_model: str = Field("runbook", description="runbook, or any LangChain model id such as bedrock_converse:…")
    infra_model_fallback: str = Field("runbook", description="What runs when the model is down")
    infra_sure: float = Field(0.55, ge=0, le=1, description="How sure a cause must be; below it, a run is inconclusive")
    infra_model_seconds: float = Field(8, description="Seconds without a sign of life before the fallback takes over")

    # People and processes
    infra_config: Path = Field(HERE, description="Folder of policy.toml, services.yaml, channels.toml, runbooks")
    infra_oncall: str = Field("oncall", description="User group that is called to a P1 or P2 that nobody acts on")
    infra_port: int = Field(3000, description="HTTP port: Slack over HTTP, alerts, /health, /metrics")
    infra_host: str = Field("127.0.0.1", description="HTTP address to listen on")
    infra_people_slots: int = Field(8, description="Runs at once for people, a worker")
    infra_background_slots: int = Field(4, description="Runs at once for alerts and schedules, a worker")
    infra_recovery_seconds: float = Field(60, description="Seconds between looks at a recovery")
    infra_log_level: str = Field("INFO", description="Log level")

    @property
    def datadog(self) -> bool:
        """Whether Datadog is read: where it is, and both keys, are set."""
        return bool(self.datadog_url and self.datadog_api_key and self.datadog_app_key)


@cache
def settings() -> Settings:
    """Return the settings; the environment is read the first time."""
    return Settings()


def variables(names: Iterable[str]) -> dict[str, str]:
    """Return those of the variables that are set: what config/mcp.toml has passed on, by name, to a server."""
    return {name: os.environ[name] for name in names if name in os.environ}
