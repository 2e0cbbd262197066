"""The agent that turns words into Terraform under the team's standards, and keeps reality and code together."""

from agents.contract import Agent, Limits

PROVISIONING = Agent(
    name="provisioning",
    when="Somebody wants new infrastructure, or to know whether what runs still is what the Terraform says.",
    prompt="provisioning.md",
    tools=(
        "terraform_modules",
        "terraform_intent",
        "terraform_draft",
        "terraform_write",
        "terraform_format",
        "terraform_validate",
        "terraform_policy",
        "terraform_security",
        "terraform_cost",
        "aws_quota_check",
        "terraform_review",
        "terraform_plan",
        "terraform_drift",
        "cloudformation_check",
        "cdk_check",
        "aws_changes",
        "aws_config_history",
        "github_file",
        "github_files",
        "github_pull",
        "github_pulls",
        "github_checks",
        "github_pull_request",
        "terraform_apply",
    ),
    words=("provision", "terraform", "drift", "drifted"),
    limits=Limits(seconds=600.0),
)
