"""After a change, or a no: look whether it is over, wait if not, and write the summary when it is."""

from collections.abc import Iterable, Sequence

from agents.contract import AskKind, Cited, Health, Report
from agents.runbook.book import Runbook
from agents.runbook.case import Case
from agents.runbook.headlines import FOLLOWED
from agents.runbook.moves import Move
from agents.runbook.plan import investigate, unknowns
from agents.runbook.wording import cite, claim, first, section, stopped
from agents.subjects import family, subject_of
from agents.titles import spelled
from tools.contract import Call, Role
from tools.proposal import Outcome, Verdict

LOOKS = 10
"""How often a recovery is looked at before the run says that it has not come."""

GROWTH = 1.3
"""Each wait is this much longer than the one before: ten looks at a minute each span about 40 minutes."""

SURE = 0.5
"""Findings below this keep nobody waiting."""

_DONE = frozenset({Verdict.DONE, Verdict.UNKNOWN})
_WRITTEN = frozenset({"github_pull_request", "github_comment"})
"""Changes that only write something down for people to act on."""


def follow_up(case: Case, books: Sequence[Runbook], seconds: float) -> Move:
    """Return the next move of a run that hears what became of a change."""
    outcome = case.ask.outcome
    if outcome and outcome.verdict is Verdict.STALE:
        return investigate(case, books)
    if case.ask.kind is AskKind.OUTCOME and (outcome is None or outcome.verdict not in _DONE):
        return _not_done(case, outcome)
    if outcome and outcome.tool in _WRITTEN:
        return _written(case, outcome)
    looks = tuple(call for call in _verifying(case) if call.tool in case.tools)
    if not case.rounds and looks:
        return Move(calls=looks)
    return _judged(case, seconds)


def _written(case: Case, outcome: Outcome) -> Move:
    """Say what is on GitHub now; nothing recovers by it until somebody merges, so nothing is waited for."""
    if not case.has("conclude"):
        return Move(calls=(_conclusion(case, Health.UNHEALTHY if _cause(case) else Health.UNKNOWN),))
    if outcome.verdict is Verdict.UNKNOWN:
        return Move(f"**It is not known whether that happened.** {stopped(outcome.detail)}")
    return Move(f"**Done.** {stopped(outcome.detail)} Nothing runs differently until it is merged and rolled out.")


def _not_done(case: Case, outcome: Outcome | None) -> Move:
    """Say that nothing was changed and what stands; a no, an expiry and a failure are told apart."""
    if not case.has("conclude"):
        return Move(calls=(_conclusion(case, Health.UNHEALTHY if _cause(case) else Health.UNKNOWN),))
    words = outcome.detail if outcome else case.ask.text
    failed = outcome is not None and outcome.verdict is Verdict.FAILED
    head = f"**{'The change failed' if failed else 'Nothing was changed'}.** {stopped(words)}"
    standing = f"The cause I found still stands: {stopped(_cause(case))}" if _cause(case) else ""
    ask_again = "Ask me again in this thread if you want a fresh look and a new proposal."
    return Move("\n\n".join(part for part in (head, standing, ask_again) if part))


def _judged(case: Case, seconds: float) -> Move:
    ailing = _ailing(case)
    if not ailing and case.looks:
        return _recovered(case)
    if case.ask.attempt >= LOOKS:
        return _given_up(case, ailing)
    return _waiting(case, ailing, seconds)


def _recovered(case: Case) -> Move:
    if not case.has("conclude"):
        return Move(calls=(_conclusion(case, Health.RECOVERED),))
    more = "Write `postmortem` in this thread for a draft of one." if _cause(case) else ""
    return Move("\n\n".join(part for part in ("**Recovered.**", *_summary(case), more) if part))


def _given_up(case: Case, ailing: Sequence[Cited]) -> Move:
    if not case.has("conclude"):
        return Move(calls=(_conclusion(case, Health.UNHEALTHY),))
    head = f"**It has not recovered** after {case.ask.attempt} looks, so I stop waiting. A person should take over."
    return Move(
        "\n\n".join(part for part in (head, section("Still wrong", map(cite, ailing)), *_summary(case)) if part)
    )


def _waiting(case: Case, ailing: Sequence[Cited], seconds: float) -> Move:
    if not case.has("conclude"):
        pause = round(min(3600.0, seconds * GROWTH**case.ask.attempt), 1)
        wake = Call("wake_me", {"seconds": pause, "why": "See whether it has recovered."})
        return Move(calls=(wake, _conclusion(case, Health.UNHEALTHY)))
    wrong = section("Still wrong", map(cite, ailing[:3]))
    return Move("\n\n".join(part for part in ("Not recovered yet.", wrong) if part))


def _summary(case: Case) -> list[str]:
    outcome = case.ask.outcome
    fine = [Cited(finding, evidence) for finding, evidence in case.findings() if finding.role is Role.HEALTHY]
    doubt = "Whether the change took effect could not be read back." if _doubtful(outcome) else ""
    return [
        f"**Root cause:** {_in_short(_cause(case))}" if _cause(case) else "",
        section(
            "Action",
            [f"{spelled(Call(outcome.tool, outcome.args))}: {stopped(outcome.detail)}", doubt] if outcome else [],
        ),
        section("Status", map(cite, fine[:4])),
        section(
            "Follow-up", [*([] if _rolled_back(outcome) else _advice(case)), _lasting(outcome), _way_back(outcome)]
        ),
        section("Not known", unknowns(case)),
    ]


def _in_short(cause: str) -> str:
    """Return the first sentence of a cause and the change it followed; the thread has the rest above."""
    _, marker, change = cause.partition(FOLLOWED)
    return f"{first(cause)} {FOLLOWED}{first(change)}" if marker else first(cause)


def _rolled_back(outcome: Outcome | None) -> bool:
    """Tell whether the revision is gone that advice on the cause would be about."""
    return outcome is not None and outcome.tool == "kube_rollback" and outcome.verdict is Verdict.DONE


def _doubtful(outcome: Outcome | None) -> bool:
    return outcome is not None and outcome.verdict is Verdict.UNKNOWN


def _lasting(outcome: Outcome | None) -> str:
    """Return what keeps the trouble from coming back after this change."""
    target = str(outcome.args.get("deployment", "")) if outcome else ""
    match outcome.tool if outcome else "":
        case "kube_rollback":
            return f"Mend what the revision broke before {target} is rolled out again."
        case "kube_scale":
            return f"Settle how many pods {target} may have, in its manifest, so that this number stays."
        case "kube_restart":
            return f"A restart hides a cause: find out why {target} needed one."
        case _:
            return ""


def _way_back(outcome: Outcome | None) -> str:
    return f"The way back, should it be needed: `{spelled(outcome.undo)}`." if outcome and outcome.undo else ""


def _advice(case: Case) -> list[str]:
    told = [
        one.finding
        for one in (case.prior.findings if case.prior else ())
        if one.finding.role in {Role.CAUSE, Role.CHANGE}
    ]
    return list(dict.fromkeys(stopped(finding.advice) for finding in told if finding.advice))[:3]


def _verifying(case: Case) -> list[Call]:
    """Return the readings that tell whether it is over: the target's rollout, and whatever had shown the trouble."""
    shown, alert = _troubled(case.prior), case.ask.alert
    target = subject_of(Call("", case.ask.outcome.args)) if case.ask.outcome else ""
    alarm = f"alarm/{alert.name}" if alert and alert.name else ""
    subjects = dict.fromkeys(filter(None, (target, alarm, *shown)))
    return [call for subject in subjects if (call := _look_at(subject))]


def _look_at(subject: str) -> Call | None:
    match subject.split("/", 2):
        case ["deployment", namespace, name]:
            return Call("kube_rollout_status", {"namespace": namespace, "deployment": name})
        case ["alarm", *rest]:
            return Call("aws_alarms", {"name_contains": "/".join(rest)})
        case ["rds", instance]:
            return Call("aws_rds_health", {"instance": instance})
        case _:
            return None


def _troubled(prior: Report | None) -> list[str]:
    """Return the subjects of the story that was told: those the cause speaks of, and those named like the service.

    A database is watched by its alarm where one fired, as an alarm is quicker to say that it is over than its metrics.
    """
    if prior is None:
        return []
    hurt = [one.finding for one in prior.findings if one.finding.role in {Role.CAUSE, Role.SYMPTOM}]
    sure = [finding for finding in hurt if finding.confidence >= SURE]
    told = [
        finding for finding in sure if claim(finding.observed) in prior.cause or _named(prior.service, finding.subject)
    ]
    alarms = {finding.subject for finding in sure if finding.subject.startswith("alarm/")}
    return sorted({one for finding in told for one in _watched(family(finding.subject), alarms)})


def _watched(subject: str, alarms: Iterable[str]) -> list[str]:
    own = [alarm for alarm in alarms if subject.startswith("rds/") and _named(subject.removeprefix("rds/"), alarm)]
    return own or [subject]


def _named(service: str, subject: str) -> bool:
    return bool(service) and service.lower() in subject.lower()


def _ailing(case: Case) -> list[Cited]:
    found = [Cited(finding, evidence) for finding, evidence in case.findings()]
    return [one for one in found if one.finding.role in {Role.CAUSE, Role.SYMPTOM} and one.finding.confidence >= SURE]


def _cause(case: Case) -> str:
    return case.prior.cause if case.prior else ""


def _conclusion(case: Case, health: Health) -> Call:
    prior = case.prior
    said: dict[str, object] = {
        "health": health.value,
        "cause": _cause(case) if case.looks else "",  # a run that read nothing has nothing to show for a cause
        "confidence": prior.confidence if prior and case.looks else 0.0,
        "evidence": [look.evidence for look in case.looks],
        "unknowns": unknowns(case),
        "service": prior.service if prior else "",
    }
    return Call("conclude", said)
