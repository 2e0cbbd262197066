"""The agent that keeps documents true: it compares them with what runs, draws the architecture, and drafts."""

from agents.contract import Agent

DOCUMENTATION = Agent(
    name="documentation",
    when="Somebody wants an architecture page, a runbook or a postmortem drafted, or pages found that are stale.",
    prompt="documentation.md",
    tools=(
        "service_lookup",
        "past_incidents",
        "runbook_search",
        "documentation_drift",
        "documentation_architecture",
        "postmortem_draft",
        "runbook_draft",
        "github_file",
        "github_files",
        "github_pull",
        "github_pulls",
        "github_pull_request",
    ),
    words=(
        "document",
        "documents",
        "documentation",
        "docs",
        "readme",
        "runbook",
        "runbooks",
        "architecture",
        "diagram",
    ),
)
