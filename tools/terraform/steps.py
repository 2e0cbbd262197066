"""What the pipeline says of a draft, a step at a time."""

from __future__ import annotations

from tools.contract import Call, Finding, Observation, Role
from tools.declare import reads
from tools.terraform.drafts import Draft, DraftId, known
from tools.terraform.pipeline import Check

FINDINGS = {
    "step_passed": "A step of the pipeline holds nothing against the draft.",
    "step_failed": "A step of the pipeline refuses the draft, and says why.",
    "step_skipped": "A step could not be taken, and says why.",
}

_WORDS = {
    "format": "The files are as `terraform fmt` writes them.",
    "parse": "The files are valid HCL.",
    "hostile": "Nothing in them reads, runs or reaches what Terraform has no business with.",
    "schema": "Every resource, argument and reference is known to the AWS provider's schema.",
    "apply": "AWS would refuse nothing of it when it is applied, as far as can be told before.",
    "validate": "`terraform validate` accepts it.",
    "policy": "Every policy of config/policies holds.",
    "security": "The security programs on PATH found nothing.",
}


@reads
def terraform_format(draft: DraftId) -> Observation:
    """Check that a draft is as `terraform fmt` writes it."""
    return _told(known(draft), "format")


@reads
def terraform_validate(draft: DraftId) -> Observation:
    """Check a draft's syntax, references and arguments, and whether AWS would take them."""
    return _told(known(draft), "parse", "schema", "apply", "validate")


@reads
def terraform_policy(draft: DraftId) -> Observation:
    """Put the team's policies (config/policies) to a draft."""
    return _told(known(draft), "policy")


@reads
def terraform_security(draft: DraftId) -> Observation:
    """Look for what a draft could do to the machine that plans it, and ask tflint, checkov and conftest."""
    return _told(known(draft), "hostile", "security")


def _told(draft: Draft, *names: str) -> Observation:
    found = tuple(_finding(draft, draft.judgement.step(name)) for name in names)
    return Observation("\n".join(one.observed for one in found), found)


def _finding(draft: Draft, step: Check) -> Finding:
    review = (Call("terraform_review", {"draft": draft.id}),)
    pointer, subject = f"the step {step.name}", f"draft/{step.name}"
    details = " ".join(step.details)
    match step.state:
        case "passed":
            said = _WORDS[step.name]
            return Finding("step_passed", subject, said, pointer, 0.9, Role.HEALTHY, leads_to=review)
        case "skipped":
            said = f"{step.name.capitalize()} was skipped: {details}"
            return Finding("step_skipped", subject, said, pointer, 0.9, Role.CONTEXT, leads_to=review)
        case "failed":
            said = f"{step.name.capitalize()} refuses it: {details}"
            return Finding("step_failed", subject, said, pointer, 0.95, Role.CAUSE, leads_to=review)
