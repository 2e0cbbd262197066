"""The embedded engine, through the same runner as any model: investigate, propose, verify, and say so plainly."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import ROSTER
from agents.contract import Alert, Ask, AskKind, Ending, Health, Report, Speaker, Turn
from agents.events import Proposed, RunEvent, Woken
from agents.models.chain import Candidate, Chain
from agents.models.runbook import RunbookChat
from agents.run import LangChainRunner
from agents.runbook.requests import order_of
from tests.agents.company import NOW, Shop, asking, finding
from tests.agents.conftest import played
from tools.contract import Call, Observation, Role
from tools.declare import reads
from tools.proposal import Outcome, Verdict

Runner = Callable[..., LangChainRunner]
ALERT = Alert("cloudwatch", "checkout-5xx", "firing", "P1", "checkout", at=NOW)
UNDO = Call("kube_rollback", {"namespace": "shop", "deployment": "checkout", "revision": 7})


@pytest.fixture
def run(runner: Runner, engine: RunbookChat) -> LangChainRunner:
    """A runner with only the engine."""
    return runner(engine)


def proposed(events: list[RunEvent]) -> list[Call]:
    """Return what was proposed."""
    return [Call(one.proposal.tool, one.proposal.args) for one in events if isinstance(one, Proposed)]


async def test_an_alarm_is_understood_and_the_rollback_proposed(run: LangChainRunner) -> None:
    """From an alarm to root cause, evidence and the smallest safe change."""
    events, ended = await played(run, asking("checkout-5xx is in ALARM", AskKind.ALERT, ALERT))

    assert proposed(events) == [Call("kube_rollback", {"namespace": "shop", "deployment": "checkout", "revision": 6})]
    assert ended.report.health is Health.UNHEALTHY
    assert "2 pods of revision 7 exit with code 1. [E" in ended.report.answer
    assert "Roll back checkout to revision 6." in ended.report.answer
    assert "Way back: Roll forward." in ended.report.answer


async def test_every_claim_of_the_answer_cites_a_reading_of_the_run(run: LangChainRunner) -> None:
    """The engine cites only what it read."""
    _, ended = await played(run, asking())

    assert "Unverified" not in ended.report.answer
    assert "no such reading" not in ended.report.answer


async def test_what_could_not_be_read_is_said(run: LangChainRunner) -> None:
    """A reading that failed is an unknown, not a clean bill."""
    _, ended = await played(run, asking())

    assert any("kube_rollout_status" in unknown for unknown in ended.report.unknowns)


async def test_a_healthy_company_gets_no_proposal(run: LangChainRunner, shop: Shop) -> None:
    """Where all is well the engine says so and changes nothing."""
    shop.broken = False

    events, ended = await played(run, asking("is anything wrong with checkout?"))

    assert proposed(events) == []
    assert ended.report.health is Health.HEALTHY
    assert "Nothing is wrong" in ended.report.answer


async def test_a_follow_up_is_about_the_service_of_the_thread(run: LangChainRunner, shop: Shop) -> None:
    """Words that name no service are about the thread's."""
    past = [
        Turn(
            Speaker.AGENT,
            "incident",
            "It crashes.",
            NOW,
            Report("It crashes.", Health.UNHEALTHY, "It crashes.", service="checkout"),
        )
    ]

    _, ended = await played(run, asking("and now, is it any better?"), past)

    assert "checkout" in shop.lookups
    assert ended.report.service == "checkout"


async def test_nothing_found_is_inconclusive(engine: RunbookChat) -> None:
    """With nothing to go by the engine says that it does not know."""
    run = LangChainRunner(ROSTER, {}, Chain([Candidate("runbook", lambda: engine)], 5), now=lambda: NOW)

    _, ended = await played(run, asking())

    assert (ended.ending, ended.report.health) == (Ending.INCONCLUSIVE, Health.UNKNOWN)
    assert "No reading succeeded" in ended.report.answer


def outcome(verdict: Verdict, detail: str = "checkout runs revision 6.") -> Ask:
    """Return the ask that a change's outcome becomes."""
    what = Outcome(
        "p1",
        "kube_rollback",
        verdict,
        detail,
        NOW,
        UNDO if verdict is Verdict.DONE else None,
        {"namespace": "shop", "deployment": "checkout", "revision": 6},
    )
    return replace(asking("outcome", AskKind.OUTCOME, ALERT), outcome=what)


async def investigated(run: LangChainRunner) -> list[Turn]:
    """Return the transcript of a first run."""
    _, ended = await played(run, asking())
    return [Turn(Speaker.AGENT, "incident", ended.report.answer, NOW, ended.report)]


async def test_a_fix_that_worked_is_summarized(run: LangChainRunner, shop: Shop) -> None:
    """Root cause, action, status, follow-up and the way back, once the alarm is over."""
    past = await investigated(run)
    shop.broken = False

    events, ended = await played(run, outcome(Verdict.DONE), past)

    assert ended.report.health is Health.RECOVERED
    assert not [event for event in events if isinstance(event, Woken | Proposed)]
    for words in (
        "Recovered",
        "Root cause",
        "checkout crashes again and again",
        "Action",
        "Status",
        "checkout-5xx is OK",
        "Follow-up",
        "revision=7",
    ):
        assert words in ended.report.answer


async def test_a_fix_that_has_not_worked_yet_is_looked_at_again(run: LangChainRunner) -> None:
    """Until it has recovered the run asks to be woken, each time a little later."""
    past = await investigated(run)

    first, ended = await played(run, outcome(Verdict.DONE), past)
    later, _ = await played(run, replace(outcome(Verdict.DONE), kind=AskKind.WAKE, attempt=3), past)

    waits = [(event.due - NOW).total_seconds() for event in [*first, *later] if isinstance(event, Woken)]
    assert len(waits) == 2
    assert 30 == waits[0] < waits[1]
    assert "Not recovered yet" in ended.report.answer


async def test_waiting_ends_with_an_honest_word(run: LangChainRunner) -> None:
    """After ten looks the run says that it has not recovered and stops."""
    past = await investigated(run)

    events, ended = await played(run, replace(outcome(Verdict.DONE), kind=AskKind.WAKE, attempt=10), past)

    assert not [event for event in events if isinstance(event, Woken)]
    assert "has not recovered" in ended.report.answer


@pytest.mark.parametrize(
    ("verdict", "detail", "head"),
    [
        (Verdict.REFUSED, "The approval expired before it was carried out.", "Nothing was changed"),
        (Verdict.FAILED, "The API server refused.", "The change failed"),
    ],
)
async def test_a_change_that_was_not_made_is_told_as_what_it_is(
    run: LangChainRunner, verdict: Verdict, detail: str, head: str
) -> None:
    """Expired, refused and failed are told apart, in the executor's words, and nothing is verified."""
    past = await investigated(run)

    events, ended = await played(run, outcome(verdict, detail), past)

    assert head in ended.report.answer
    assert detail in ended.report.answer
    assert "Unverified" not in ended.report.answer
    assert proposed(events) == []


async def test_a_stale_proposal_leads_to_a_fresh_one(run: LangChainRunner) -> None:
    """When the target had moved, the engine looks again and proposes again."""
    past = await investigated(run)

    events, _ = await played(run, outcome(Verdict.STALE, "The target moved."), past)

    assert [call.tool for call in proposed(events)] == ["kube_rollback"]


async def test_a_stale_order_is_proposed_again_as_it_would_be_now(run: LangChainRunner) -> None:
    """It was no cause that led to it, so none is looked for: the same change, previewed afresh, for a new yes."""
    events, ended = await played(run, outcome(Verdict.STALE, "The target moved."))

    assert proposed(events) == [Call("kube_rollback", {"namespace": "shop", "deployment": "checkout", "revision": 6})]
    assert "new yes" in ended.report.answer


async def test_a_stale_order_that_cannot_be_previewed_any_more_says_why(run: LangChainRunner) -> None:
    """What somebody else has removed meanwhile needs no change."""
    ask = outcome(Verdict.STALE, "The target moved.")
    assert ask.outcome
    gone = replace(ask, outcome=replace(ask.outcome, args={**ask.outcome.args, "deployment": "nope"}))

    events, ended = await played(run, gone)

    assert proposed(events) == []
    assert "nothing left to propose: There is no deployment shop/nope" in ended.report.answer


async def test_whole_files_are_not_put_over_the_edits_of_others(run: LangChainRunner) -> None:
    """A pull request written for files that somebody edited since would take their edits back."""
    ask = outcome(Verdict.STALE, "The target moved (blobs was {}, is {'a': '1'}).")
    assert ask.outcome

    events, ended = await played(run, replace(ask, outcome=replace(ask.outcome, tool="github_pull_request")))

    assert proposed(events) == []
    assert "write it again" in ended.report.answer


async def test_an_order_becomes_exactly_that_proposal(run: LangChainRunner, shop: Shop) -> None:
    """`roll back checkout to 5` proposes just that; nothing is done."""
    events, ended = await played(run, asking("please roll back checkout to revision 5"))

    assert proposed(events) == [Call("kube_rollback", {"namespace": "shop", "deployment": "checkout", "revision": 5})]
    assert shop.applied == []
    assert "needs a yes" in ended.report.answer


async def test_an_order_for_nothing_known_asks_back(run: LangChainRunner) -> None:
    """An unknown name is not guessed at."""
    events, ended = await played(run, asking("roll back chekout"))

    assert proposed(events) == []
    assert "no deployment named `chekout`" in ended.report.answer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("scale orders-worker to 3", ("kube_scale", "orders-worker", {"replicas": 3})),
        ("Please scale down shop/checkout from 9 to 4 replicas.", ("kube_scale", "shop/checkout", {"replicas": 4})),
        ("restart `checkout`", ("kube_restart", "checkout", {})),
        ("rollback checkout", ("kube_rollback", "checkout", {})),
        ("why did you restart checkout?", None),
        ("should I scale checkout to 3 or 4?", None),
    ],
)
def test_orders_are_told_from_questions(text: str, expected: tuple[str, str, dict[str, int]] | None) -> None:
    """Only a whole sentence that orders is an order."""
    order = order_of(text)

    assert (order and (order.tool, order.name, order.args)) == expected


@given(st.text(max_size=80))
def test_no_text_breaks_the_order_parser(text: str) -> None:
    """Whatever is written, an order is a known tool or nothing."""
    order = order_of(text)

    assert order is None or order.tool.startswith("kube_")


@pytest.mark.parametrize(
    ("text", "words"), [("thanks!", "welcome"), ("hello infra", "why is checkout slow?"), ("", "why is checkout slow?")]
)
async def test_small_talk_is_no_investigation(run: LangChainRunner, shop: Shop, text: str, words: str) -> None:
    """Thanks and greetings get a word back and cost no reading."""
    _, ended = await played(run, asking(text))

    assert words in ended.report.answer
    assert (ended.ending, shop.lookups) == (Ending.ANSWERED, [])


async def test_a_fix_is_verified_by_the_story_that_proposed_it(run: LangChainRunner, shop: Shop) -> None:
    """However often it was looked at since, the summary tells the cause that was found first."""
    past = await investigated(run)
    [approved] = past[0].report.proposals if past[0].report else ()
    done = outcome(Verdict.DONE)
    done = replace(done, outcome=done.outcome and replace(done.outcome, proposal_id=approved))
    _, waiting = await played(run, done, past)
    past.append(Turn(Speaker.AGENT, "incident", waiting.report.answer, NOW, waiting.report))
    shop.broken = False

    _, ended = await played(run, replace(done, kind=AskKind.WAKE, attempt=1), past)

    assert "Recovered" in ended.report.answer
    assert "2 pods of revision 7 exit with code 1." in ended.report.cause


@pytest.mark.parametrize("text", ["hi, checkout is down", "great, errors again", "hey db slow"])
async def test_a_greeting_with_trouble_is_trouble(run: LangChainRunner, shop: Shop, text: str) -> None:
    """Politeness does not hide a question."""
    await played(run, asking(text))

    assert shop.lookups


async def test_a_database_that_no_catalogue_knows_is_looked_at_by_its_name(engine: RunbookChat) -> None:
    """The name in an alert about a database is taken for a database, when nothing else knows it."""
    asked: list[str] = []

    @reads
    def aws_rds_health(instance: str) -> Observation:
        """Check an instance."""
        asked.append(instance)
        low = finding("rds_storage_low", f"rds/{instance}", "2 of 100 GB are free.", Role.CAUSE, minutes=9)
        return Observation("storage 2 GB", (low,))

    @reads
    def service_lookup(words: str) -> Observation:
        """Know nothing."""
        return Observation(f"Nothing is named in {words}.")

    tools = {tool.name: tool for tool in (aws_rds_health, service_lookup)}
    run = LangChainRunner(ROSTER, tools, Chain([Candidate("runbook", lambda: engine)], 5), now=lambda: NOW)

    _, ended = await played(run, asking("Low FreeStorageSpace on orders-prod"))

    assert asked == ["orders-prod"]
    assert "2 of 100 GB are free." in ended.report.cause
