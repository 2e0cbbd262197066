"""Readings of RDS instances: health, events, load."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.aws_account import Account, at, looked_at, series
from tools.aws.levels import Points
from tools.aws.rds_events import aws_rds_events, aws_rds_instance, event_findings, state_findings
from tools.aws.rds_health import aws_rds_health, findings
from tools.aws.rds_meanings import meaning_of
from tools.aws.rds_measured import VITALS
from tools.aws.rds_performance import Load, Share, aws_rds_performance
from tools.aws.rds_performance import findings as load_findings
from tools.aws.rds_records import Limit, default_limit, read
from tools.aws.rds_vitals import FINDINGS
from tools.aws.rds_waits import locks_out
from tools.aws.windows import Window
from tools.contract import Finding, Observation, Role, ToolError

DIMENSIONS = {"Namespace": "AWS/RDS", "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "orders-db"}]}
INSTANCE = {
    "DBInstanceIdentifier": "orders-db",
    "DBInstanceClass": "db.t3.medium",
    "Engine": "postgres",
    "EngineVersion": "15.4",
    "AllocatedStorage": 100,
    "StorageType": "gp3",
    "DBParameterGroups": [{"DBParameterGroupName": "orders"}],
    "DbiResourceId": "db-ORDERS",
}
DOCUMENTS = {
    "rds/instances.json": {"DBInstances": [INSTANCE, {"DBInstanceIdentifier": "idle-db", "Engine": "mysql"}]},
    "rds/parameters.json": {
        "DBParameterGroupName": "orders",
        "Parameters": [{"ParameterName": "max_connections", "ParameterValue": "100"}],
    },
    "rds/events.json": {
        "Events": [
            {
                "SourceIdentifier": "orders-db",
                "Date": at(-14),
                "Message": "Updated parameter max_connections with apply method immediate in parameter group orders",
            },
            {"SourceIdentifier": "orders-db", "Date": at(-600), "Message": "Backing up DB instance"},
        ]
    },
    "cloudwatch/metrics.json": [
        series("DatabaseConnections", [20, 21, 22, 20] * 40 + [99] * 12, **DIMENSIONS),
        series("CPUUtilization", [20, 21, 22, 20] * 43, **DIMENSIONS),
        series("FreeStorageSpace", [60e9, 60.1e9] * 86, **DIMENSIONS),
        series("WriteIOPS", [100, 104] * 80 + [900] * 12, **DIMENSIONS),
        series("ReadLatency", [0.001] * 140 + [0.09] * 10 + [0.001] * 22, **DIMENSIONS),
    ],
    "pi/load.json": {
        "Identifier": "db-ORDERS",
        "MetricList": [
            {
                "Key": {"Metric": "db.load.avg"},
                "DataPoints": [
                    {"Timestamp": at(-minute), "Value": 9.0 if minute < 12 else 0.4} for minute in range(170)
                ],
            },
        ],
    },
    "pi/waits.json": {
        "Keys": [
            {"Dimensions": {"db.wait_event.name": "Lock:transactionid", "db.wait_event.type": "Lock"}, "Total": 1.6},
            {"Dimensions": {"db.wait_event.name": "CPU", "db.wait_event.type": "CPU"}, "Total": 0.3},
        ]
    },
    "pi/sql.json": {"Keys": [{"Dimensions": {"db.sql_tokenized.statement": "UPDATE stock SET n = ?"}, "Total": 1.7}]},
}


@pytest.fixture(scope="module", autouse=True)
def account() -> Iterator[Account]:
    """Point the tools at an account with a database out of connections."""
    with looked_at(DOCUMENTS) as served:
        yield served


def by_code(seen: Observation) -> dict[str, Finding]:
    """Return what was found, by code."""
    return {finding.code: finding for finding in seen.findings}


def test_connections_at_the_limit() -> None:
    """Connections at max_connections are a cause, dated, with the limit's source."""
    found = by_code(aws_rds_health.call(instance="orders-db"))["rds_connections_exhausted"]

    assert found.role is Role.CAUSE
    assert "99 of 100 (max_connections in parameter group orders)" in found.observed
    assert found.since is not None
    assert timedelta(minutes=10) < datetime.now(UTC) - found.since < timedelta(minutes=14)


def test_what_is_in_order_is_told() -> None:
    """Vital signs in order are one healthy finding, which rules them out."""
    found = by_code(aws_rds_health.call(instance="orders-db"))["rds_normal"]

    assert found.role is Role.HEALTHY
    assert "CPU 2" in found.observed


def test_what_recovered_is_told() -> None:
    """A vital sign that was bad in the window and is not now has recovered."""
    found = by_code(aws_rds_health.call(instance="orders-db"))["rds_vital_recovered"]

    assert found.observed.startswith("Read latency (ReadLatency) of orders-db was 90 ms")


def test_a_surge_is_told() -> None:
    """Twice the usual work or more is told, even where the instance can do it."""
    found = by_code(aws_rds_health.call(instance="orders-db"))["rds_activity_risen"]

    assert found.observed.startswith("Write-heavy workload on orders-db: Writes / s 900 since")


def test_missing_measurements_are_told() -> None:
    """What CloudWatch does not measure is said, never taken for good."""
    found = by_code(aws_rds_health.call(instance="orders-db"))["rds_unmeasured"]

    assert "FreeableMemory" in found.observed


def test_before_the_trouble_all_was_well() -> None:
    """Anchored on an hour before, the same instance is healthy."""
    then = (datetime.now(UTC) - timedelta(minutes=90)).isoformat()

    found = by_code(aws_rds_health.call(instance="orders-db", minutes=20, around=then))

    assert {"rds_normal", "rds_unmeasured"} == found.keys()


def test_events_say_who_changed_what() -> None:
    """An event in the window is a finding; an old one is not."""
    found = by_code(aws_rds_events.call(instance="orders-db"))

    assert {code: finding.role for code, finding in found.items()} == {"rds_configuration_changed": Role.CHANGE}


def test_nothing_happened_to_the_idle() -> None:
    """An instance without events is uneventful."""
    assert set(by_code(aws_rds_events.call(instance="idle-db"))) == {"rds_uneventful"}


def test_an_instance_is_described() -> None:
    """The instance's reading names its state, class and limit."""
    seen = aws_rds_instance.call(instance="orders-db")

    assert "db.t3.medium" in seen.text
    assert "max_connections 100" in seen.text
    assert set(by_code(seen)) == {"rds_available"}


def test_an_unknown_instance_names_the_known() -> None:
    """An instance that does not exist is an error that lists those that do."""
    with pytest.raises(ToolError, match="idle-db, orders-db"):
        aws_rds_health.call(instance="nowhere")


def test_load_is_told_by_waits_and_sql() -> None:
    """Load above the CPUs is a symptom; locks behind most of it are a cause; the statement is named."""
    found = by_code(aws_rds_performance.call(instance="orders-db"))

    assert found.keys() == {"db_load_high", "db_waits_on_locks", "db_top_sql"}
    assert found["db_waits_on_locks"].role is Role.CAUSE


@pytest.mark.parametrize(
    ("kind", "engine", "most"),
    [
        ("db.t3.medium", "postgres", 450),
        ("db.m5.large", "postgres", 901),
        ("db.r6g.16xlarge", "aurora-postgresql", 5000),
        ("db.t3.micro", "mysql", 85),
        ("db.r5.2xlarge", "mysql", 5461),
    ],
)
def test_default_connection_limits(kind: str, engine: str, most: float) -> None:
    """The default formula gives the figures of AWS's page."""
    limit = default_limit(read({"DBInstanceIdentifier": "a", "DBInstanceClass": kind, "Engine": engine}))

    assert limit is not None
    assert limit.value == most


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Multi-AZ instance failover completed", "rds_failed_over"),
        ("DB instance restarted", "rds_restarted"),
        ("Free storage capacity for DB instance: orders-db is low at 4%", "rds_storage_ran_low"),
        ("Finished applying modification to allocated storage", "rds_storage_grown"),
        ("Replication for the Read Replica resumed with errors; replication has stopped", "rds_replication_trouble"),
        ("Backing up DB instance", "rds_backup"),
        ("Reset master credentials", "rds_configuration_changed"),
        (
            "database must be vacuumed within 9000 transactions, to avoid a shutdown",
            "rds_vacuum_due",
        ),
    ],
)
def test_events_mean_something(message: str, code: str) -> None:
    """RDS's own messages are known by their words."""
    meaning = meaning_of(message)

    assert meaning is not None
    assert meaning.code == code


@given(
    st.lists(st.fixed_dictionaries({}, optional={"Message": st.text(), "Date": st.datetimes(timezones=st.just(UTC))}))
)
def test_no_event_breaks_the_reading(events: Sequence[dict[str, object]]) -> None:
    """Events of any wording, with members missing, are read."""
    found = event_findings("orders-db", events)

    assert all(finding.subject == "rds/orders-db" for finding in found)


NOON = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
SPAN = Window(NOON - timedelta(hours=3), NOON - timedelta(hours=1), NOON)
VALUES = st.lists(st.floats(0, 1e12), max_size=40)


@given(st.dictionaries(st.sampled_from([vital.name for vital in VITALS]), VALUES), st.sampled_from([None, 0.0, 100.0]))
def test_no_measurement_breaks_the_judgment(measured: dict[str, list[float]], most: float | None) -> None:
    """Any values of any vital signs are judged, and every finding's code is documented."""
    points: dict[str, Points] = {
        name: [(NOON - timedelta(minutes=len(values) - number), value) for number, value in enumerate(values)]
        for name, values in measured.items()
    }
    limit = None if most is None else Limit(most, "test")

    found = findings(read(INSTANCE), limit, points, SPAN)

    assert {finding.code for finding in found} <= FINDINGS.keys()


def drained(values: Sequence[float], name: str = "FreeStorageSpace") -> dict[str, str]:
    """Return the observations of an instance whose vital sign went like this, one value in 3 minutes, by code."""
    points = [(NOON - timedelta(minutes=3 * (len(values) - at)), value) for at, value in enumerate(values)]
    return {one.code: one.observed for one in findings(read(INSTANCE), None, {name: points}, SPAN)}


def test_storage_that_runs_out_says_when() -> None:
    """More than half is gone in the window, steadily: at this pace the rest lasts so long."""
    found = drained([60e9 - 1.6e9 * step for step in range(28)])

    assert "none is left in" in found["rds_storage_falling"]


def test_storage_that_was_used_once_does_not_run_out() -> None:
    """One load is no trend."""
    assert "rds_storage_falling" not in drained([60e9] * 10 + [25e9] * 20)


def test_connections_that_surge_to_their_limit_are_a_cause() -> None:
    """Near the limit and twice the usual: that is how connections run out; near it every day is a habit."""
    surge, habit = [200.0] * 60 + [880.0] * 12, [880.0] * 72

    found = [connections(values, 1000.0)["rds_connections_high"].role for values in (surge, habit)]

    assert found == [Role.CAUSE, Role.SYMPTOM]


def test_a_climb_is_believed_before_it_ends() -> None:
    """Connections that grew with each of the last points are where the last one says."""
    found = connections([100.0] * 60 + [300.0, 600.0, 980.0], 1000.0)

    assert "rds_connections_exhausted" in found


def connections(values: Sequence[float], most: float) -> dict[str, Finding]:
    """Return what is found of connections that went like this, a value a minute, by code."""
    points = {"DatabaseConnections": [(NOON - timedelta(minutes=len(values) - at), v) for at, v in enumerate(values)]}
    return {one.code: one for one in findings(read(INSTANCE), Limit(most, "test"), points, SPAN)}


def test_clients_that_are_gone_are_told_and_lead_to_the_network() -> None:
    """Nothing of the database is wrong, and nobody reaches it: that is not in order."""
    found = connections([110.0] * 60 + [0.0] * 10, 1000.0)["rds_clients_gone"]

    assert found.role is Role.SYMPTOM
    assert "aws_network_changes" in {call.tool for call in found.leads_to}


def test_a_database_that_is_hardly_used_is_not_left() -> None:
    """Two connections that end are no outage."""
    assert "rds_clients_gone" not in connections([2.0] * 60 + [0.0] * 10, 1000.0)


def test_wal_that_a_slot_keeps_is_told() -> None:
    """A replication slot that nobody reads keeps WAL until the storage is full."""
    found = drained([1e8] * 30 + [6e10] * 12, "OldestReplicationSlotLag")

    assert "replication slot" in found["rds_slot_keeps_wal"]


def loaded(waits: dict[str, float], statements: dict[str, float]) -> dict[str, Finding]:
    """Return what is found of a load that rose to 20 sessions, with these shares of it."""
    points = [(NOON - timedelta(minutes=80 - at), 1.0 if at < 60 else 20.0) for at in range(80)]
    kinds = [Share(name, name.partition(":")[0], 20 * share, share) for name, share in waits.items()]
    made = [Share(name, "", 20 * share, share) for name, share in statements.items()]
    return {one.code: one for one in load_findings(read(INSTANCE), Load(points, kinds, made), SPAN)}


def test_who_locks_a_table_is_found_however_light() -> None:
    """A change of a table makes little load itself, and all others wait for it."""
    found = loaded({"Lock:relation": 0.9}, {"UPDATE orders SET a = 1": 0.9, "ALTER TABLE orders ADD b int": 0.02})

    assert "ALTER TABLE" in found["db_lock_holder"].observed
    assert found["db_lock_holder"].confidence > found["db_waits_on_locks"].confidence


def test_a_change_of_a_table_is_no_suspect_while_nobody_waits_for_locks() -> None:
    """An index that is built while sessions are on the CPU locks nobody out."""
    found = loaded({"CPU": 0.9}, {"SELECT a FROM orders": 0.9, "CREATE INDEX on_a ON orders (a)": 0.02})

    assert "db_lock_holder" not in found


def test_the_last_words_of_idle_sessions_are_no_cause() -> None:
    """Where sessions wait for their clients, the statement they ran last is not heavy."""
    found = loaded({"Client:ClientRead": 0.9}, {"SELECT 1": 0.9})

    assert found["db_top_sql"].role is Role.SYMPTOM


@pytest.mark.parametrize(
    ("statement", "locking"),
    [
        ("ALTER TABLE orders ADD COLUMN note text", True),
        ("/* nightly */ VACUUM (FULL) orders", True),
        ("CREATE INDEX CONCURRENTLY on_a ON orders (a)", False),
        ("SELECT 'ALTER TABLE'", False),
    ],
)
def test_statements_that_lock_a_table(statement: str, *, locking: bool) -> None:
    """Only what keeps everybody else from a table counts, not what merely names it."""
    assert locks_out(statement) is locking


def test_an_interruption_that_is_over_is_told() -> None:
    """Connections that dropped to nothing and came back: the workload resumed."""
    found = drained([300.0] * 60 + [0.0] * 2 + [300.0] * 12, "DatabaseConnections")

    assert "resumed" in found["rds_activity_resumed"]


def test_a_failover_is_told_event_by_event() -> None:
    """From its first event to the instance being available again, with the reason RDS gave."""
    told = ["failover initiated. Reason: health check failed", "failover completed", "DB instance is available"]
    events = [{"Message": each, "Date": NOON + timedelta(minutes=at)} for at, each in enumerate(told)]

    (found,) = event_findings("orders-db", events)

    assert found.code == "rds_failed_over"
    assert all(words in found.observed for words in ("initiated", "health check", "completed"))
    assert "Instance available again since" in found.observed


def test_a_replica_that_lags_leads_to_its_source() -> None:
    """What the source writes is what the replica has to replay."""
    told = {"Message": "Replication lag has exceeded 900 seconds", "Date": NOON}

    found = event_findings("orders-db-replica", [told], "orders-db")

    assert {call.args["instance"] for call in found[0].leads_to} == {"orders-db-replica", "orders-db"}


def test_who_asks_about_a_replica_is_shown_its_source() -> None:
    """An alarm may name the replica and mean the source, so both are looked at, the source's load too."""
    replica = read({**INSTANCE, "ReadReplicaSourceDBInstanceIdentifier": "orders-source"})

    found = {one.code: one for one in state_findings(replica)}["rds_replica_of"]

    looks = {(call.tool, call.args["instance"]) for call in found.leads_to}
    assert {(f"aws_rds_{one}", "orders-source") for one in ("health", "events", "performance")} <= looks
