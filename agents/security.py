"""The agent that says what is open to misuse, how bad it is, and proposes the pull request that closes it."""

from agents.contract import Agent

SECURITY = Agent(
    name="security",
    when="Somebody wants to know how secure the accounts are, or to have a security finding fixed or set aside.",
    prompt="security.md",
    tools=(
        "service_lookup",
        "security_posture",
        "security_trend",
        "guardduty_threats",
        "config_compliance",
        "access_findings",
        "github_file",
        "github_files",
        "github_pull",
        "github_pulls",
        "github_pull_request",
        "security_remediate",
        "securityhub_suppress",
        "securityhub_reopen",
    ),
    words=(
        "security",
        "posture",
        "vulnerable",
        "exposed",
        "public",
        "guardduty",
        "findings",
        "compliance",
        "hardening",
    ),
)
