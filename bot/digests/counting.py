"""A posture's digest, counted by all that was open rather than by the items that a report has room for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from agents.contract import Report
from bot.store.digests import Digest, Stir
from tools.contract import JsonObject
from tools.instances import Instances
from tools.security.history import History, moved

LOOK = "security_posture"
NAMED = 20
"""Of what is fixed, how many are kept by name, the severest first."""
SOON = timedelta(minutes=10)
"""How long after it was asked a digest's own look may come: a run takes minutes at most."""


def account_of(report: Report, there: Instances) -> str | None:
    """Return the account whose whole posture a report is of, by its name; None if it is of anything else or more."""
    looks = [one.call for one in report.evidence]
    if [look.tool for look in looks] != [LOOK] or looks[0].args.get("about"):
        return None
    return _named(looks[0].args, there)


def counted(digest: Digest, history: History) -> Digest:
    """Return a digest with what came and went since the one before; as it is where the history does not say.

    It does not if this digest's own look did not reach everything, or nobody had looked by the one before.
    """
    own = history.looks[-1] if history.looks else 0
    since = history.look_at(digest.since, SOON) if digest.since else own
    if since is None or own < int(digest.at.timestamp()):
        return digest
    told = moved(history.tracks, since, own)
    come = {one.subject for one in (*told.new, *told.reopened)}
    return replace(
        digest,
        stir=Stir(len(told.open), len(told.new), len(told.fixed), len(told.reopened)),
        items=tuple(replace(item, new=item.subject in come) for item in digest.items),
        fixed=tuple(one.subject for one in sorted(told.fixed, key=lambda one: -one.severity)[:NAMED]),
        history=(*digest.history[:-1], (digest.at, len(told.open))),
    )


def _named(args: JsonObject, there: Instances) -> str:
    named = str(args.get("account") or "")
    return there.account_named(named).name if there.account else ""
