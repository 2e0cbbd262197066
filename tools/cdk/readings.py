"""Whether AWS would take a CloudFormation template, or what a CDK app makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from tools.cdk.synthesis import SECONDS as SYNTHESIS_SECONDS
from tools.cdk.synthesis import synthesized
from tools.cdk.templates import SECONDS, checked
from tools.contract import Finding, Observation, Role, ToolError
from tools.declare import reads
from tools.kube.fields import plural
from tools.terraform.homes import home

FINDINGS = {
    "template_accepted": "cfn-lint finds no error in a CloudFormation template.",
    "template_refused": "A CloudFormation template has errors that AWS would refuse it for.",
}

MOST = 20
Template = Annotated[str, Field(min_length=2, max_length=1_000_000, description="CloudFormation, YAML or JSON")]
AppName = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$"),
    Field(description="a CDK app of config/terraform.toml"),
]


@reads(needs=(), seconds=SECONDS + 10)
def cloudformation_check(template: Template) -> Observation:
    """Check a CloudFormation template as AWS would: resources, properties, references, limits."""
    return _told({"template": template})


@reads(needs=(), seconds=SYNTHESIS_SECONDS + SECONDS + 10)
def cdk_check(app: AppName) -> Observation:
    """Have a CDK app make its CloudFormation, and check that."""
    named = home().cdk_app(app)
    made = synthesized(named.folder, named.app, named.python)
    if not made:
        raise ToolError(f"{app} made no template: its last line has to be `app.synth()`.")
    return _told(made)


def _told(templates: Mapping[str, str]) -> Observation:
    findings, lines = [], []
    for name, complaints in checked(templates).items():
        errors = [one for one in complaints if one.level == "error"]
        lines += [f"{name}: {one}" for one in complaints[:MOST]] or [f"{name}: nothing is wrong."]
        if errors:
            said = f"{name} has {plural(len(errors), 'error')}: {errors[0]}"
            findings.append(Finding("template_refused", f"template/{name}", said, "cfn-lint", 0.9, Role.CAUSE))
        else:
            said = f"{name} has no errors."
            findings.append(Finding("template_accepted", f"template/{name}", said, "cfn-lint", 0.9, Role.HEALTHY))
    return Observation("\n".join(lines), tuple(findings))
