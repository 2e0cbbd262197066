"""A posture's digest counts all that was open, not what a report has room for."""

from dataclasses import replace
from datetime import timedelta

from agents.contract import Evidence, Report
from bot.digests.counting import account_of, counted
from bot.slack.digests import message
from bot.store.digests import Stir
from tests.bot.digests.made import NINE, digest
from tests.tools.test_security_history import issue
from tools.contract import Call
from tools.instances import Account, Instances
from tools.security.history import History

WEEK = timedelta(days=7)
BEFORE = History().seen([issue(1), issue(2)], NINE - 2 * WEEK).seen([issue(1)], NINE - WEEK + timedelta(minutes=2))
NOW = BEFORE.seen([issue(2), issue(4)], NINE + timedelta(minutes=1))
MADE = replace(digest("S3.8/arn:aws:s3:::bucket-2", last=digest("x"), slot="2"), since=NINE - WEEK)


def test_what_came_and_went_is_counted_since_the_digest_before() -> None:
    """Also what is not listed; what came back is told apart from what is new."""
    made = counted(MADE, NOW)

    assert made.stir == Stir(open=2, new=1, fixed=1, reopened=1)
    assert (made.fixed, made.items[0].new) == (("EC2.13/arn:aws:s3:::bucket-1",), True)
    assert "*2 open* · 🆕 1 new · ✅ 1 fixed · 🔁 1 reopened" in str(message(made, {})["blocks"])


def test_a_digest_whose_look_did_not_reach_everything_stays_as_it_is() -> None:
    """Its own look is not in the history, so nothing in there is about it."""
    assert counted(MADE, BEFORE) == MADE


def test_the_first_digest_has_nothing_to_compare_with() -> None:
    """It says how much is open, listed or not."""
    made = counted(digest("S3.8/arn:aws:s3:::bucket-2"), NOW)

    assert made.stir == Stir(2, 0, 0, 0)
    assert made.fixed == ()


def test_only_a_whole_posture_is_counted_so() -> None:
    """Not one at a resource, nor one at threats too; an account has a name or none."""
    there = Instances(account=(Account(name="production", id="123456789012"),))
    whole, part, threats = Call("security_posture", {}), Call("security_posture", {"about": "x"}), Call("guardduty", {})

    told = [account_of(report(*calls), there) for calls in ((whole,), (part,), (whole, threats))]

    assert (told, account_of(report(whole), Instances())) == (["production", None, None], "")


def report(*calls: Call) -> Report:
    """Return a report of these readings."""
    return Report("", evidence=tuple(Evidence(f"E{number}", call, "", "") for number, call in enumerate(calls)))
