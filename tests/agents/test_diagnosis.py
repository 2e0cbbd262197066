"""Findings to diagnosis: order, time, dependency and decoys."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.contract import Cited, Health
from agents.diagnosis import Diagnosis, diagnose
from agents.runbook.headlines import headline, telling
from agents.weighing import Scene
from tests.agents.company import CHECKOUT, NOW, finding
from tools.contract import Call, Finding, Role

DATABASE, WORKER, CATALOG = "rds/orders-db", "deployment/shop/orders-worker", "deployment/shop/catalog"
BACK = Call("kube_rollback", {"namespace": "shop", "deployment": "checkout"})
DOWN = Call("kube_scale", {"namespace": "shop", "deployment": "orders-worker", "replicas": 3})
REFUSED = "ERROR dial tcp payments:80: connection refused (4 error lines)."
USERS = {CHECKOUT: frozenset({DATABASE}), WORKER: frozenset({DATABASE})}

FULL = finding("rds_connections_exhausted", DATABASE, "100 of 100 connections are used.", Role.CAUSE, minutes=29)
SCALED = finding(
    "scaled_recently", WORKER, "orders-worker was scaled from 3 to 24.", Role.CHANGE, minutes=31, remedy=DOWN
)
CRASH = finding(
    "crash_loop",
    "pod/shop/checkout-7d9f8c6b5-x2x9z",
    "checkout exits with code 1.",
    Role.CAUSE,
    minutes=10,
    remedy=BACK,
)
ROLLOUT = finding("recent_rollout", CHECKOUT, "Revision 7 was rolled out.", Role.CHANGE, minutes=12, remedy=BACK)
FIRING = finding("alarm_firing", "alarm/checkout-5xx", "checkout-5xx fires.", Role.SYMPTOM, minutes=8)
FINE = finding("workload_healthy", CHECKOUT, "3 of 3 pods are ready.", Role.HEALTHY)
OLD_OOM = finding("oom_killed", CATALOG, "catalog ran out of memory.", Role.CAUSE, minutes=60 * 30)

SCENE = Scene(frozenset({CHECKOUT, DATABASE, "alarm/checkout-5xx"}), USERS, NOW - timedelta(minutes=8))

findings = st.builds(
    Finding,
    code=st.sampled_from(["crash_loop", "recent_rollout", "alarm_firing", "alarm_recovered"]),
    subject=st.sampled_from(
        [CHECKOUT, DATABASE, WORKER, CATALOG, "alarm/checkout-5xx", "pod/shop/x-1", "", "/", "a/b"]
    ),
    observed=st.text(max_size=20),
    pointer=st.just(""),
    confidence=st.floats(0, 1),
    role=st.sampled_from(Role),
    since=st.none() | st.integers(-100, 5000).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    remedy=st.none() | st.just(BACK),
)
cited = st.lists(st.builds(Cited, findings, st.sampled_from(["E1", "E2", "E10"])), max_size=12)
scenes = st.builds(
    Scene,
    st.frozensets(st.sampled_from([CHECKOUT, DATABASE, CATALOG])),
    st.just(USERS),
    st.none() | st.just(NOW),
)


def _diagnosed(*found: Finding, scene: Scene = SCENE) -> Diagnosis:
    return diagnose([Cited(one, f"E{at}") for at, one in enumerate(found, 1)], scene)


def _cause(diagnosis: Diagnosis) -> str:
    return diagnosis.cause.finding.code if diagnosis.cause else ""


def test_a_crash_after_a_rollout_is_rolled_back() -> None:
    """A change just before a cause of the same workload set it off, and undoing it is the remedy."""
    diagnosis = _diagnosed(FIRING, CRASH, ROLLOUT)

    assert (_cause(diagnosis), diagnosis.trigger and diagnosis.trigger.finding) == ("crash_loop", ROLLOUT)
    assert diagnosis.remedy
    assert diagnosis.remedy[0] == BACK


def test_an_exhausted_database_explains_its_clients() -> None:
    """A database is the cause of its clients' errors, and whoever scaled up a client of it set that off."""
    diagnosis = _diagnosed(FIRING, FULL, SCALED, OLD_OOM)

    assert (_cause(diagnosis), diagnosis.trigger and diagnosis.trigger.finding) == ("rds_connections_exhausted", SCALED)
    assert diagnosis.remedy
    assert diagnosis.remedy[0] == DOWN


def test_a_client_that_suffers_is_not_the_cause() -> None:
    """What depends on the cause follows from it, however sure its own finding is."""
    suffering = finding("not_ready", CHECKOUT, "checkout is not ready.", Role.CAUSE, minutes=20)

    assert _cause(_diagnosed(suffering, FULL)) == "rds_connections_exhausted"


def test_a_decoy_is_ruled_out_by_name_and_reason() -> None:
    """Old trouble of something else is named, and why it is not the cause."""
    diagnosis = _diagnosed(FIRING, CRASH, ROLLOUT, OLD_OOM)

    assert [(one.finding.code, why) for one, why in diagnosis.ruled_out] == [
        ("oom_killed", "it is more than a day older than the trouble")
    ]


def test_a_cause_is_not_later_than_what_it_causes() -> None:
    """A crash that began well after the alarm does not explain it."""
    late = finding("crash_loop", CATALOG, "catalog exits.", Role.CAUSE, minutes=1)
    scene = Scene(frozenset({CATALOG}), {}, NOW - timedelta(minutes=60))

    diagnosis = _diagnosed(late, scene=scene)

    assert diagnosis.cause is None


def test_a_rollout_alone_is_suspect_only_just_before_the_trouble() -> None:
    """Without any other cause, the change just before the first symptom is the likeliest."""
    old = finding("recent_rollout", CHECKOUT, "Revision 6 was rolled out.", Role.CHANGE, minutes=60 * 5, remedy=BACK)

    assert _cause(_diagnosed(FIRING, ROLLOUT)) == "recent_rollout"
    assert _diagnosed(FIRING, old).remedy is None


def test_all_well_is_healthy_and_proposes_nothing() -> None:
    """A recent change where nothing hurts is no reason to change anything."""
    diagnosis = _diagnosed(FINE, ROLLOUT)

    assert (diagnosis.health, diagnosis.remedy) == (Health.HEALTHY, None)


def test_an_alarm_that_is_over_is_recovered() -> None:
    """An alarm that fired and is OK again needs no change."""
    over = finding("alarm_recovered", "alarm/checkout-5xx", "It fired for 3 minutes and is OK.", Role.CONTEXT)

    assert _diagnosed(FINE, over).health is Health.RECOVERED


def test_nothing_read_is_unknown() -> None:
    """No finding at all is not a clean bill of health."""
    assert _diagnosed().health is Health.UNKNOWN


@given(cited, scenes, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_findings_does_not_matter(found: list[Cited], scene: Scene, random: object) -> None:
    """The same findings give the same diagnosis in any order, and never an error."""
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis hands out random.Random

    assert diagnose(shuffled, scene) == diagnose(found, scene)


@given(cited, scenes)
@settings(max_examples=60, deadline=None)
def test_a_change_is_proposed_only_for_a_claimed_cause(found: list[Cited], scene: Scene) -> None:
    """Whoever is healthy, recovered or unknown gets no proposal, and nor does a cause below the bar."""
    diagnosis = diagnose(found, scene)

    if diagnosis.remedy:
        assert diagnosis.health is Health.UNHEALTHY
        assert diagnosis.cause
        assert diagnosis.confidence >= 0.55


def test_a_separate_incident_is_told_beside_what_was_asked() -> None:
    """A minor alarm pages while the database is out of connections: that incident has its own cause and remedy."""
    elsewhere = finding("alarm_firing", "alarm/orders-db-connections", "It fires.", Role.SYMPTOM, minutes=20)
    asked = Scene(frozenset({CATALOG, "alarm/catalog-cpu"}), USERS, NOW - timedelta(minutes=5))

    diagnosis = _diagnosed(FULL, SCALED, elsewhere, scene=asked)

    assert diagnosis.cause is None
    assert diagnosis.elsewhere
    assert (_cause(diagnosis.elsewhere), diagnosis.elsewhere.remedy and diagnosis.elsewhere.remedy[0]) == (
        "rds_connections_exhausted",
        DOWN,
    )


def test_trouble_elsewhere_that_no_alarm_fires_for_is_no_incident() -> None:
    """What nobody is paged for stays a thing that was ruled out."""
    asked = Scene(frozenset({CATALOG, "alarm/catalog-cpu"}), USERS, NOW - timedelta(minutes=5))

    assert _diagnosed(FULL, SCALED, scene=asked).elsewhere is None


def test_the_first_sentence_is_what_one_would_say() -> None:
    """Who, which version, what it does, in its own last words."""
    words = "checkout-7d9f8c6b5-x2x9z says, last 1 min ago: KeyError: 'PAYMENTS_API_URL' (3 error lines)"
    said = finding("config_missing", CHECKOUT, words, Role.CAUSE, minutes=9)
    rolled = finding(
        "recent_rollout",
        CHECKOUT,
        "changing containers.checkout.image: checkout:2.13.4 → checkout:2.14.0.",
        Role.CHANGE,
        minutes=12,
        remedy=BACK,
    )
    sure = replace(CRASH, confidence=0.95)

    told = headline(_diagnosed(sure, said, rolled, FIRING))

    assert told == "checkout 2.14.0 crashes again and again: KeyError: 'PAYMENTS_API_URL'."


def test_two_resources_used_up_at_once_are_told_together() -> None:
    """Each has a cause of its own, so neither may hide the other."""
    cpu = finding("rds_cpu_saturated", DATABASE, "CPU saturation on orders-db.", Role.CAUSE, minutes=9)

    said = headline(_diagnosed(FULL, cpu))

    assert said.startswith("Two problems at once on orders-db: ")
    assert all(each in said for each in ("connection exhaustion", "CPU saturation"))


def test_the_clusters_dns_concerns_everybody() -> None:
    """Whatever was asked about rests on it, though no catalogue says so."""
    down = finding("dns_down", "dns/cluster", "DNS is down.", Role.CAUSE, minutes=9)

    found = _diagnosed(down, FIRING)

    assert found.cause is not None
    assert found.cause.finding == down


def test_a_crash_is_told_in_the_words_of_its_last_life() -> None:
    """A program that keeps ending logs why as late as its last life: that is no later trouble, but its own words."""
    said = "checkout says, last 1 min ago: KeyError: 'vat_id' (3 error lines)."
    log = finding("config_missing", CHECKOUT, said, Role.CAUSE, minutes=1)

    diagnosis = _diagnosed(CRASH, log, FIRING)

    assert headline(diagnosis) == "checkout crashes again and again: KeyError: 'vat_id'."


def test_a_workload_is_told_from_its_namesake() -> None:
    """Where two namespaces have a workload of that name, the cause says which it is."""
    other = finding("workload_healthy", "deployment/stage/checkout", "3 of 3 pods are ready.", Role.HEALTHY)
    both = replace(SCENE, scope=SCENE.scope | {"deployment/stage/checkout"})

    assert headline(_diagnosed(CRASH, other, scene=both)).startswith("checkout in shop crashes")
    assert headline(_diagnosed(CRASH)).startswith("checkout crashes")


def test_a_webhook_that_is_down_is_not_healed_by_going_back() -> None:
    """It refuses the pods of every revision, so the rollout beside it set nothing off."""
    down = finding("webhook_unreachable", CHECKOUT, "New pods of checkout are refused.", Role.CAUSE, minutes=10)

    diagnosis = _diagnosed(down, ROLLOUT, FIRING)

    assert (diagnosis.cause and diagnosis.cause.finding.code, diagnosis.remedy) == ("webhook_unreachable", None)


def test_a_function_that_a_change_broke_is_told_with_what_its_log_says() -> None:
    """Its log group rests with it: what is said there follows from the change, and goes into the cause's sentence."""
    function, log = "function/resize", "log_group//aws/lambda/resize"
    change = finding("aws_changed", function, "ana changed resize.", Role.CHANGE, minutes=10)
    fails = finding("lambda_errors", function, "resize fails.", Role.SYMPTOM, minutes=9)
    says = finding("log_missing_setting", log, "KeyError: 'BUCKET'.", Role.SYMPTOM, minutes=9)
    scene = Scene(frozenset({function, log}), {function: frozenset({log})}, NOW - timedelta(minutes=8))

    told = _diagnosed(change, fails, says, scene=scene)

    assert told.cause is not None
    assert told.cause.finding == change
    assert (hence := told.hence()) is not None
    assert hence.finding == says


UNREACHED = finding(
    "dependency_down", CHECKOUT, "checkout says: connect ECONNREFUSED 10.0.0.9.", Role.SYMPTOM, minutes=9
)


def test_what_cannot_be_reached_nor_seen_is_the_cause() -> None:
    """Where nothing is known of what it rests on, what a program says again and again is as near as one can see."""
    told = _diagnosed(replace(UNREACHED, confidence=0.7), scene=Scene(frozenset({CHECKOUT})))

    assert told.cause
    assert told.cause.finding.code == "dependency_down"


def test_what_cannot_be_reached_and_is_in_order_is_no_cause() -> None:
    """The database it uses was looked at and is well, so that something else is between them."""
    well = finding("rds_normal", DATABASE, "All is in order.", Role.HEALTHY)

    told = _diagnosed(replace(UNREACHED, confidence=0.7), well)

    assert told.cause is None


def test_a_hiccup_is_no_cause() -> None:
    """A line or two that something could not be reached are no root cause."""
    assert _diagnosed(replace(UNREACHED, confidence=0.6), scene=Scene(frozenset({CHECKOUT}))).cause is None


def test_an_old_warning_is_outweighed_by_what_is_plainly_in_order() -> None:
    """A pod could not be placed for a moment, and all are ready now: nothing is wrong."""
    warned = finding("warning_events", "pod/shop/checkout-7d9f8c6b5-x2x9z", "FailedScheduling", Role.SYMPTOM)

    told = _diagnosed(replace(warned, confidence=0.4), FINE)

    assert told.health is Health.HEALTHY


def test_what_a_caller_says_is_told_in_its_words() -> None:
    """Of itself or of another: the words are the same, and are told once."""
    own, of = (
        Cited(
            finding("dependency_down", CHECKOUT, f"checkout says{whom}, last 2 min ago: {REFUSED}", Role.SYMPTOM), "E1"
        )
        for whom in ("", " of payments")
    )

    assert telling(own) == telling(of) == "ERROR dial tcp payments:80: connection refused"
