"""The agent that says why a pipeline failed, how risky a change is, and proposes what follows."""

from agents.contract import Agent

DELIVERY = Agent(
    name="delivery",
    when="A pipeline failed and somebody wants to know why, or how risky a pull request is before it is merged.",
    prompt="delivery.md",
    tools=(
        "ci_triage",
        "change_risk",
        "github_runs",
        "github_run",
        "github_run_log",
        "github_pull",
        "github_checks",
        "github_commits",
        "github_file",
        "github_files",
        "github_rerun",
        "github_comment",
        "github_pull_request",
        "github_merge_low_risk",
        "github_merge",
    ),
    words=("pipeline", "workflow", "triage", "ci", "risky"),
)
