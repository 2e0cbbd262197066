"""The verdict on a draft, and the pull request that proposes it with every decision explained."""

from __future__ import annotations

from collections.abc import Iterable

from tools.contract import Call, Finding, Observation, Role
from tools.declare import reads
from tools.terraform.cost import sentence
from tools.terraform.drafts import Draft, DraftId, known
from tools.terraform.homes import home
from tools.terraform.pipeline import Check
from tools.terraform.quota import FINDINGS as _QUOTA
from tools.terraform.quota import aws_quota_check

FINDINGS = {
    "draft_accepted": "Every step of the pipeline lets the draft pass; the pull request can be proposed.",
    "draft_refused": "A step of the pipeline refuses the draft; nothing is proposed.",
}

_MARKS = {"passed": "passed", "skipped": "skipped", "failed": "**refused**"}


@reads(needs=aws_quota_check.needs)
def terraform_review(draft: DraftId) -> Observation:
    """Say whether a draft passes every step, and give the pull request that proposes it."""
    told = known(draft)
    failed = [step for step in told.judgement.steps if step.state == "failed"]
    subject = f"draft/{told.id}"
    if failed:
        why = "; ".join(f"{step.name}: {' '.join(step.details)}" for step in failed)
        said = f"The draft is refused by {', '.join(step.name for step in failed)}: {why}"
        refused = Finding("draft_refused", subject, said, "the pipeline", 0.95, Role.CAUSE, advice=_advice(failed))
        return Observation(said, (refused,))
    quotas = aws_quota_check.call(draft=draft).findings
    body = body_of(told, quotas)
    said = f"{told.title}: every step lets it pass. {sentence(told)}"
    accepted = Finding(
        "draft_accepted", subject, said, "the pipeline", 0.9, Role.CONTEXT, remedy=pull_request(told, body)
    )
    return Observation(f"{said}\n\n{body}", (accepted,))


def pull_request(draft: Draft, body: str) -> Call:
    """Return the change that proposes a draft."""
    told = home()
    args: dict[str, object] = {
        "repository": draft.repository,
        "title": draft.title,
        "body": body,
        "files": dict(draft.files),
        "base": draft.base,
        "labels": list(told.labels),
        "reviewers": list(told.reviewers),
    }
    return Call("github_pull_request", args)


def body_of(draft: Draft, quotas: Iterable[Finding]) -> str:
    """Return the pull request's body: decisions with their reasons, what each step said, cost, quotas, what is next."""
    decided = [f"| {_cell(one.what)} | {_cell(one.choice)} | {_cell(one.why)} |" for one in draft.decisions]
    steps = [
        f"| {step.name} | {_MARKS[step.state]} | {_cell(' '.join(step.details))} |" for step in draft.judgement.steps
    ]
    rooms = [f"- {one.observed}" for one in quotas if one.code in _QUOTA]
    sections = (
        f"{draft.title}.",
        "\n".join(["## Decisions", "", "| what | choice | why |", "| --- | --- | --- |", *decided]) if decided else "",
        "\n".join(["## Checks before this was proposed", "", "| step | result | |", "| --- | --- | --- |", *steps]),
        f"## Cost\n\n{sentence(draft)}",
        "\n".join(["## Quotas", "", *rooms]) if rooms else "",
        f"## What comes next\n\n{_next(draft)}",
    )
    return "\n\n".join(part for part in sections if part)


def _next(draft: Draft) -> str:
    manifests = sorted(path for path in draft.files if path.startswith("clusters/"))
    lines = ["1. The repository's own checks plan it against real state; read the plan before merging."]
    lines += ["2. Merging applies nothing by itself unless your pipeline does."]
    if manifests:
        name = str(manifests[0].split("/")[1])
        settings = f"--set settings.clusterName={name} --set settings.interruptionQueue={name}-interruptions"
        chart = "helm upgrade --install karpenter oci://public.ecr.aws/karpenter/karpenter --namespace kube-system"
        lines.append(
            f"3. With the cluster there, install Karpenter (`{chart} {settings}`), then apply `{manifests[0]}`."
        )
    return "\n".join(lines)


def _advice(failed: list[Check]) -> str:
    return f"Change what {failed[0].name} refuses and draft it again."


def _cell(text: str) -> str:
    """Return a text as a table's cell takes it."""
    return " ".join(text.split()).replace("|", "\\|")
