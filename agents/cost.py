"""The agent that says what is spent, why it jumped, and what could be saved."""

from agents.contract import Agent

COST = Agent(
    name="cost",
    when="Somebody wants to know what is spent on AWS, why it rose, or what could be saved.",
    prompt="cost.md",
    tools=(
        "service_lookup",
        "cost_spend",
        "cost_savings",
        "cost_commitments",
        "cost_requests",
        "aws_changes",
        "github_file",
        "github_files",
        "github_pulls",
        "github_pull",
        "github_commits",
        "github_pull_request",
    ),
    words=(
        "cost",
        "costs",
        "spend",
        "spending",
        "spent",
        "bill",
        "billing",
        "budget",
        "expensive",
        "cheaper",
        "save",
        "savings",
        "rightsize",
        "rightsizing",
        "idle",
    ),
)
