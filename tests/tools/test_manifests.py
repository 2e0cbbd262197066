"""Manifests are held to their schemas, as the API server would, without one."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.github_company import Office, opened, queue
from tools.contract import ToolError
from tools.manifests.checking import check
from tools.manifests.documents import Unreadable, documents
from tools.manifests.readings import manifests_check
from tools.terraform.karpenter import node_pool

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: checkout, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: checkout}}
  template:
    metadata: {labels: {app: checkout}}
    spec:
      containers:
        - name: checkout
          image: acme/checkout:1
          ports: [{containerPort: 80}]
          resources: {limits: {memory: 512Mi}}
          env: [{name: DEBUG, value: "1"}]
"""
POLICY = """
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: labels}
spec:
  rules:
    - name: app
      match: {any: [{resources: {kinds: [Pod]}}]}
      validate: {message: label it, pattern: {metadata: {labels: {app: "?*"}}}}
"""
POOL = node_pool("shop", "production", "g5.xlarge", cast("Any", SimpleNamespace(gpus=1, vcpus=4)), 20)


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """Open an office; nothing here changes it."""
    with opened() as office:
        yield office


@pytest.mark.parametrize("text", [DEPLOYMENT, POLICY, POOL], ids=["kubernetes", "kyverno", "karpenter"])
def test_what_the_api_server_would_take_fits(text: str) -> None:
    """Kubernetes' own kinds, Kyverno's policies and Karpenter's pools as they are written."""
    checked = check({"manifest.yaml": text})

    assert checked.wrong == checked.unchecked == ()
    assert checked.fitting


@pytest.mark.parametrize(
    ("text", "right", "slip", "said"),
    [
        (DEPLOYMENT, "replicas: 3", 'replicas: "3"', "spec.replicas"),
        (DEPLOYMENT, "containerPort", "containerport", "containerport"),
        (DEPLOYMENT, "512Mi", "512MB", "512MB"),
        (DEPLOYMENT, 'value: "1"', "value: 1", "env.0.value"),
        (DEPLOYMENT, "labels: {app: checkout}", "labels: {app: shop}", "matchLabels"),
        (DEPLOYMENT, "apps/v1", "extensions/v1beta1", "has no Deployment in extensions/v1beta1"),
        (DEPLOYMENT, "apps/v1", "v1", "has no Deployment in v1"),
        (DEPLOYMENT, "name: checkout, ", "", "metadata.name"),
        (POLICY, "kinds: [Pod]", "kind: Pod", "resources"),
        (POOL, "WhenEmptyOrUnderutilized", "WhenUnderutilized", "WhenUnderutilized"),
        (POOL, "amiSelectorTerms", "amiSelector", "amiSelectorTerms"),
    ],
)
def test_a_slip_is_named_with_its_place(text: str, right: str, slip: str, said: str) -> None:
    """A wrong type, name, unit, version or label is one sentence that says where it is."""
    wrong = check({"clusters/pool.yaml": text.replace(right, slip, 1)}).wrong

    assert any(said in each and each.startswith("clusters/pool.yaml") for each in wrong)


def test_what_there_is_no_schema_of_is_said() -> None:
    """Another's kind is neither passed nor refused, and nor is a template of Helm's."""
    files = {
        "a.yaml": "apiVersion: argoproj.io/v1alpha1\nkind: Application\n",
        "chart/templates/b.yaml": "kind: {{ .Kind }}",
    }

    checked = check(files)

    assert checked.wrong == checked.fitting == ()
    assert len(checked.unchecked) == len(files)


def test_a_piece_that_kustomize_lays_over_is_not_whole() -> None:
    """What a patch leaves out is no fault, what it has is held to the schema."""
    patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: checkout}\nspec: {replicas: REPLICAS}\n"

    assert check({"overlays/production/replicas.yaml": patch.replace("REPLICAS", "5")}).wrong == ()
    assert check({"overlays/production/replicas.yaml": patch.replace("REPLICAS", "five")}).wrong


def test_values_are_held_to_the_schema_of_their_chart() -> None:
    """The schema may be in the change or beside it; without one only the YAML is looked at."""
    schema = '{"properties": {"replicas": {"type": "integer"}}}'
    values = {"chart/values-production.yaml": "replicas: three\n"}

    assert check(values).wrong == ()
    assert "replicas" in check(values, {"chart/values.schema.json": schema}).wrong[0]


def test_a_text_that_grows_as_it_is_read_is_refused() -> None:
    """Aliases of aliases, a value inside itself, and deep nesting end in a sentence."""
    grows = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
        for before, name in zip("abcdefg", "bcdefgh", strict=True)
    )

    for text in (grows, "a: &a [*a]", "[" * 5000, "a: 1\na: 2\n"):
        with pytest.raises(Unreadable):
            documents(text)


@given(
    st.recursive(
        st.booleans() | st.integers() | st.text(alphabet=st.characters(codec="ascii", categories=["L", "N"])),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet="abcxyz", min_size=1), inner),
    )
)
def test_yaml_is_read_as_it_was_written(value: object) -> None:
    """Whatever JSON can hold comes back."""
    assert documents(yaml.safe_dump(value)) == [value]


def test_dates_stay_text() -> None:
    """Kubernetes has no dates in YAML; a label that looks like one is a string."""
    assert documents("released: 2026-01-02") == [{"released": "2026-01-02"}]


def test_the_reading_tells_what_was_checked_and_against_what() -> None:
    """A model that writes manifests learns what is wrong before anybody is asked."""
    told = manifests_check.call({"a.yaml": DEPLOYMENT.replace("512Mi", "512MB")})

    assert [one.code for one in told.findings] == ["manifest_wrong"]
    assert "Kubernetes 1" in told.headline
    with pytest.raises(ToolError, match="None of these"):
        manifests_check.call({"main.tf": "# nothing"})


def test_a_pull_request_says_what_was_checked(office: Office) -> None:
    """The card names how many manifests fit, and against what."""
    shown = office.grant("github_pull_request", **queue(files={"deployment.yaml": DEPLOYMENT})).proposal.preview

    assert "1 manifest fit Kubernetes" in shown.blast_radius


def test_a_manifest_that_does_not_fit_is_not_proposed(office: Office) -> None:
    """Nobody is asked for a yes to what the cluster would refuse."""
    with pytest.raises(ToolError, match=r"spec\.replicas"):
        office.grant("github_pull_request", **queue(files={"a.yaml": DEPLOYMENT.replace("3", "three", 1)}))


def test_an_old_fault_does_not_stop_a_change(office: Office) -> None:
    """What was wrong in the file before is told, and the change goes on."""
    bad = DEPLOYMENT.replace("containerPort", "containerport")
    office.pushes("acme/infrastructure", "main", {"old.yaml": bad})

    grant = office.grant("github_pull_request", **queue(files={"old.yaml": bad.replace("512Mi", "1Gi")}))

    assert "Wrong already" in grant.proposal.preview.blast_radius
