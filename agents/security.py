"""The agent that says what is open to misuse, how bad it is, and proposes the pull request that closes it."""

from agents.contract import Agent

SECURITY = Agent(
    name="security",
    when="Somebody wants to know how secure the accounts are, or to have a security finding fixed or set aside.",
    prompt="security.md",
    tools=("service_lookup", "security_posture"),
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
