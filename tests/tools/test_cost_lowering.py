"""What a Deployment requests is lowered in its manifest, and all else stays as it was."""

import pytest

from tests.github_company import opened
from tests.kube_cluster import deployment
from tools.contract import ToolError
from tools.cost.lowering import lowered, lowering, scaled_by_cpu
from tools.cost.requests import Reserved

MANIFEST = """# The shop's pages.
apiVersion: v1
kind: Service
metadata: {name: web}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web  # café
          resources:
            requests: {cpu: "500m", memory: 256Mi}  # measured in May
            limits: {cpu: 500m}
"""


def test_one_value_changes_and_nothing_else() -> None:
    """Comments, layout and the limit beside it are there as they were."""
    after = lowered(MANIFEST, "shop", "web", 120)

    assert after == MANIFEST.replace('requests: {cpu: "500m"', "requests: {cpu: 120m")


@pytest.mark.parametrize(
    "manifest",
    [
        MANIFEST.replace("  name: web\nspec", "  name: web\n  namespace: other\nspec"),
        MANIFEST.replace("kind: Deployment", "kind: StatefulSet"),
        MANIFEST + "        - name: proxy\n          resources: {requests: {cpu: 100m}}\n",
        MANIFEST.replace('{cpu: "500m", memory: 256Mi}', "{memory: 256Mi}"),
        "{{- if .Values.enabled }}\nkind: Deployment\n{{- end }}\n",
    ],
    ids=["of another namespace", "of another kind", "two containers", "none requested", "a template"],
)
def test_what_is_not_surely_meant_is_left_alone(manifest: str) -> None:
    """Another's request is worse than none lowered."""
    assert lowered(manifest, "shop", "web", 120) == ""


def test_the_manifest_of_its_service_is_found_and_lowered() -> None:
    """In the repository that services.yaml names; a Deployment of no service is for a person."""
    checkout = Reserved("shop", "checkout", 3, 1.5, 0.5, 100)
    manifest = MANIFEST.replace("name: web\nspec", "name: checkout\nspec")

    with opened() as office:
        office.pushes("acme/checkout", "main", {"deploy/checkout.yaml": manifest, "deploy/other.yaml": MANIFEST})
        call = lowering(checkout, 120, "It requests more than it uses.")
        with pytest.raises(ToolError, match="names no repository"):
            lowering(Reserved("shop", "unheard-of", 3, 1.5, 0.5, 100), 120, "")

    assert call.args["repository"] == "acme/checkout"
    assert call.args["files"] == {
        "deploy/checkout.yaml": manifest.replace('requests: {cpu: "500m"', "requests: {cpu: 120m")
    }


def test_an_autoscaler_that_goes_by_cpu_is_known() -> None:
    """One that goes by memory, or is another's, does not hold a request back."""
    [metric] = [{"type": "Resource", "resource": {"name": "cpu"}}]
    scaler = {
        "spec": {"scaleTargetRef": {"name": "web"}, "metrics": [metric]},
        "metadata": deployment("web")["metadata"],
    }
    web = Reserved(scaler["metadata"]["namespace"], "web", 3, 1.5, 0.5, 100)

    assert scaled_by_cpu(scaler, web)
    assert not scaled_by_cpu({**scaler, "spec": {**scaler["spec"], "metrics": []}}, web)
    assert not scaled_by_cpu(scaler, Reserved("elsewhere", "web", 3, 1.5, 0.5, 100))
