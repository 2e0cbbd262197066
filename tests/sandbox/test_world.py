"""Worlds are read leniently, complained about precisely, and moved to now."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import Clock
from sandbox.kube.server import Cluster
from sandbox.shift import Shift
from sandbox.world import read_world

THEN = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1))  # noqa: DTZ001 - hypothesis wants naive bounds
WORDS = st.text(max_size=12)
JSON = st.recursive(st.none() | st.integers() | WORDS, lambda s: st.lists(s) | st.dictionaries(WORDS, s), max_leaves=8)


def write(folder: Path, **files: str) -> Path:
    """Write a world's files; double underscores are folders, the last one is the dot."""
    (folder / "world.toml").write_text('name = "w"\nnow = 2026-03-02T14:05:00Z\n')
    for name, text in files.items():
        *parts, suffix = name.split("__")
        path = folder.joinpath(*parts).with_suffix(f".{suffix}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.mark.parametrize(
    ("written", "moved"),
    [
        ("at 2026-03-02T14:00:00Z", "at 2026-03-03T14:00:00Z"),
        ("2026-03-02T14:00:00.123456Z x", "2026-03-03T14:00:00.123456Z x"),
        ("2026-03-02 14:00:00,123 ERROR", "2026-03-03 14:00:00,123 ERROR"),
        ("2026-03-02T14:00:00+01:00", "2026-03-03T14:00:00+01:00"),
        ("2026/03/02 14:00:00 [error]", "2026/03/03 14:00:00 [error]"),
        ("[02/Mar/2026:14:00:00 +0000]", "[03/Mar/2026:14:00:00 +0000]"),
        ("[212.0 (02/03/26 14:01:00)]", "[212.0 (03/03/26 14:01:00)]"),
        ("release 2026-03-02", "release 2026-03-02"),
        ("2026-13-77T99:00:00Z", "2026-13-77T99:00:00Z"),
    ],
)
def test_times_in_text_move_and_keep_their_form(written: str, moved: str) -> None:
    """Every way of writing a time that logs and alarms use is moved, and nothing else."""
    shift = Shift(THEN, THEN + timedelta(days=1))

    assert shift(written) == moved


def test_numbers_move_only_where_they_are_times() -> None:
    """Epoch seconds and milliseconds move under keys that speak of time; other numbers stay."""
    shift = Shift(THEN, THEN + timedelta(hours=1))
    at = int(THEN.timestamp())

    moved = shift({"timestamp": at * 1000, "startTime": at, "Values": [at], "Timestamps": [at], "timeoutSeconds": 5})

    assert moved == {
        "timestamp": (at + 3600) * 1000,
        "startTime": at + 3600,
        "Values": [at],
        "Timestamps": [at + 3600],
        "timeoutSeconds": 5,
    }


@given(MOMENTS, st.timedeltas(timedelta(days=-900), timedelta(days=900)))
def test_moving_there_and_back_is_nothing(moment: datetime, by: timedelta) -> None:
    """A shift and its opposite leave a text as it was."""
    text = moment.strftime("x %Y-%m-%dT%H:%M:%SZ y %Y/%m/%d %H:%M:%S z [%d/%b/%Y:%H:%M:%S]")

    assert Shift(THEN + by, THEN)(Shift(THEN, THEN + by)(text)) == text


@given(JSON)
def test_no_shift_changes_no_data(value: object) -> None:
    """Moving by nothing is the identity on any JSON."""
    assert Shift(THEN, THEN)(value) == value


def test_a_served_world_is_moved_to_now(tmp_path: Path) -> None:
    """What happened five minutes before the world's now happened five minutes ago."""
    pod = {
        "kind": "Pod",
        "metadata": {"name": "p", "namespace": "shop", "creationTimestamp": "2026-03-02T14:00:00Z"},
        "spec": {"containers": [{"name": "main", "image": "i"}]},
    }
    world = read_world(write(tmp_path, kubernetes__pods__json=json.dumps(pod)))

    served = Cluster(world, Clock()).object("pod", "shop", "p")

    assert served
    age = datetime.now(UTC) - datetime.fromisoformat(served["metadata"]["creationTimestamp"])
    assert timedelta(minutes=4, seconds=59) <= age < timedelta(minutes=6)


@pytest.mark.parametrize(
    "document",
    [
        "kind: Deployment\nmetadata: {name: web}\n---\nkind: Deployment\nmetadata: {name: api}\n",
        "apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: web}\n- metadata: {name: api}\n",
        "kind: List\nitems: [{kind: Deployment, metadata: {name: web}}, {kind: Deployment, metadata: {name: api}}]\n",
        "items:\n- metadata: {name: web}\n- metadata: {name: api}\n",
        "- metadata: {name: web}\n- metadata: {name: api}\n",
    ],
)
def test_objects_are_read_in_any_wrapping(tmp_path: Path, document: str) -> None:
    """Several documents, lists of any kind, and bare lists named by their file are the same."""
    world = read_world(write(tmp_path, kubernetes__deployments__yaml=document))

    found = [(one["apiVersion"], one["kind"], one["metadata"]["name"]) for one in world.objects]

    assert found == [("apps/v1", "Deployment", "web"), ("apps/v1", "Deployment", "api")]
    assert Cluster(world, Clock()).object("deployment", "default", "api")


def test_yaml_times_stay_text(tmp_path: Path) -> None:
    """A time without quotes is what the API would send: a string."""
    text = "kind: Pod\nmetadata: {name: p, creationTimestamp: 2026-03-02T14:00:00Z}\n"

    world = read_world(write(tmp_path, kubernetes__pods__yaml=text))

    assert world.objects[0]["metadata"]["creationTimestamp"] == "2026-03-02T14:00:00Z"


def test_logs_are_named_by_pod_container_and_run(tmp_path: Path) -> None:
    """Previous runs and containers are told from the file's name, or from a folder a pod."""
    for name in ("shop/a.log", "shop/a.previous.log", "shop/a.side.log", "shop/b/main.previous.log"):
        path = tmp_path / "kubernetes" / "logs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)

    logs = read_world(write(tmp_path)).logs

    assert set(logs) == {
        ("shop", "a", "", "current"),
        ("shop", "a", "", "previous"),
        ("shop", "a", "side", "current"),
        ("shop", "b", "main", "previous"),
    }


def test_a_pod_that_only_has_a_log_is_there(tmp_path: Path) -> None:
    """A log file is enough for a pod to exist, as one of its deployment's if the name says so."""
    files = {
        "kubernetes__web__yaml": "kind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {replicas: 1}\n",
        "kubernetes__logs__shop__web-5d8f7-abcde__log": "hello\n",
        "kubernetes__logs__shop__lonely__log": "alone\n",
    }
    cluster = Cluster(read_world(write(tmp_path, **files)), Clock())

    owned, lonely = cluster.object("pod", "shop", "web-5d8f7-abcde"), cluster.object("pod", "shop", "lonely")

    assert owned
    assert owned["metadata"]["ownerReferences"][0]["name"] == "web-5d8f7"
    assert lonely
    assert cluster.logs.read(lonely, {}) == "alone\n"


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"kubernetes__x__yaml": "kind: [\n"}, "x.yaml: cannot be read as YAML"),
        ({"kubernetes__x__json": "{"}, "x.json: cannot be read as JSON"),
        ({"kubernetes__x__yaml": "metadata: {name: a}\n"}, "x.yaml: an object has no kind"),
        ({"kubernetes__x__yaml": "kind: Pod\n"}, "x.yaml: an object of kind Pod has no metadata.name"),
        ({"kubernetes__x__yaml": "just words\n"}, "x.yaml: a Kubernetes object is a mapping, not str"),
        ({"cloudwatch__alarms__json": "[1,"}, "alarms.json: cannot be read as JSON"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, files: dict[str, str], complaint: str) -> None:
    """Whoever writes a world learns which file is wrong, and how."""
    with pytest.raises(ValueError, match=complaint):
        read_world(write(tmp_path, **files))


def test_a_folder_without_a_world_is_named(tmp_path: Path) -> None:
    """A folder that is no world is refused by name."""
    with pytest.raises(ValueError, match=r"has no world\.toml"):
        read_world(tmp_path)


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ('[[behaviors]]\nstate = "Sulking"\n', "state must be one of"),
        ("[[behaviors]]\nmood = 1\n", "has no key 'mood'"),
        ("[pace]\nstart = -1\n", "pace"),
        ("[[rbac.deny]]\nwho = 1\n", "rbac.deny"),
        ("[[heals]]\nwhen = {fixed = true}\n", "has no key 'fixed'"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, table: str, complaint: str) -> None:
    """world.toml's tables are checked when the cluster starts."""
    write(tmp_path)
    with (tmp_path / "world.toml").open("a") as file:
        file.write(table)

    with pytest.raises(ValueError, match=complaint):
        Cluster(read_world(tmp_path), Clock())
