"""A reading for whoever writes manifests: whether they fit, before anybody is asked."""

from typing import Annotated

from pydantic import Field

from tools.contract import Finding, Observation, Role, ToolError
from tools.declare import reads
from tools.github.names import FilePath
from tools.kube.fields import plural, some
from tools.manifests.checking import Checked, check
from tools.manifests.kinds import sources

FINDINGS = {
    "manifest_wrong": "A Kubernetes manifest or Helm values do not fit the schema of what would read them.",
    "manifests_fit": "Every manifest that there is a schema for fits it.",
}
Manifests = Annotated[
    dict[FilePath, str], Field(min_length=1, max_length=40, description="path → whole text of the YAML file")
]


@reads
def manifests_check(files: Manifests) -> Observation:
    """Check Kubernetes manifests, Karpenter's and Kyverno's, and Helm values against their schemas, without a cluster.

    Helm values are held to the `values.schema.json` beside them, if that is among the files.

    Raises:
        ToolError: None of the files is a manifest or holds values.
    """
    checked = check(files)
    if not checked.any:
        raise ToolError("None of these files is a manifest: give YAML with apiVersion and kind.")
    head = summary(checked)
    lines = [head, *(f"- wrong: {each}" for each in checked.wrong), *(f"- fits: {each}" for each in checked.fitting)]
    lines += [f"- not checked: {each}" for each in checked.unchecked]
    return Observation("\n".join(lines), tuple(_findings(checked, head)), head)


def summary(checked: Checked) -> str:
    """Say in a sentence or two what was checked, against what, and what was not."""
    wrong = plural(len(checked.wrong), "misfit")
    fits = plural(len(checked.fitting), "manifest")
    unknown = f" Not checked: {some(checked.unchecked)}" if checked.unchecked else ""
    return f"Against {some(sources())}: {fits} fit, {wrong}.{unknown}"


def _findings(checked: Checked, head: str) -> list[Finding]:
    wrong = [
        Finding("manifest_wrong", f"manifest/{each.partition(':')[0]}", each, "its schema", 0.95, Role.CAUSE)
        for each in checked.wrong
    ]
    fits = Finding("manifests_fit", "manifest/files", head, "their schemas", 0.9, Role.HEALTHY)
    return wrong or ([fits] if checked.fitting else [])
