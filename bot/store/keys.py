"""Every key in Redis: its name, what it holds, and how long it is kept."""

MINUTE = 60
DAY = 24 * 60 * MINUTE

PREFIX = "infra"

HEARD = PREFIX + ":heard:{}"
"""String, the run's id, by delivery (event id, or team:channel:ts). Slack redelivers for hours; replays come later."""
HEARD_SECONDS = 7 * DAY

RUN = PREFIX + ":run:{}"
"""Hash, one run: ask (sealed), stage, attempt, at, began, ended, note."""
RUN_SECONDS = 30 * DAY

INBOX = PREFIX + ":inbox:{}"
"""List of run ids of a thread, the one going first. Goes away as it empties."""

OPEN_RUNS = PREFIX + ":runs:open"
"""Sorted set, run id by last sign of life (epoch seconds). Each id leaves as its run ends."""

PROPOSED = PREFIX + ":proposed:{}"
"""String, the approval's id, by run and change, so that a repeated run proposes once."""

DUE = PREFIX + ":due"
"""Sorted set, ask id by due time (epoch seconds). Each id leaves as it falls due."""
DUE_ASKS = PREFIX + ":due:asks"
"""Hash, sealed ask by ask id; as long as DUE."""

TRANSCRIPT = PREFIX + ":transcript:{}"
"""List of sealed turns of a thread, oldest first, the last TRANSCRIPT_TURNS of them."""
TRANSCRIPT_SECONDS = 30 * DAY
TRANSCRIPT_TURNS = 60

APPROVAL = PREFIX + ":approval:{}"
"""Hash, one approval: row (sealed), revision."""
APPROVAL_SECONDS = 90 * DAY
OPEN_APPROVALS = PREFIX + ":approvals:open"
"""Sorted set, approval id by expiry, of those that take votes. Each id leaves as its approval is decided."""
GRANTED_APPROVALS = PREFIX + ":approvals:granted"
"""Sorted set, approval id by last vote, of those approved or being carried out. Each id leaves with its outcome."""

CLAIM = PREFIX + ":claim:{}"
"""String, digest of the one dispatch of a proposal. Approvals live an hour at most, so this outlives any of them."""
LEDGER = PREFIX + ":ledger:{}"
"""Hash, what was intended and what became of it (both sealed), by proposal."""
LEDGER_SECONDS = 400 * DAY

LEASE = PREFIX + ":lease:{}"
"""String, the holder's token; lives as long as its holder renews it."""

SLOT = PREFIX + ":slot:{}"
"""Hash, how far a schedule has come: the slot that fired last, what it says, until when the next is held."""
SLOT_SECONDS = 400 * DAY
"""Longer than a year, so that what is due once a year is made up for."""

AUDIT = PREFIX + ":audit"
"""Stream, the audit trail. Never expires: it is the record."""
AUDIT_HEAD = PREFIX + ":audit:head"

EXPORT_PROBLEM = PREFIX + ":audit:export"
EXPORT_SECONDS = 3600
"""A clock that runs says so again within seconds."""
"""String, sealed: sequence number and hash of the trail's last record. As long as the trail."""

STOPS = PREFIX + ":stops"
"""Channel (publish and subscribe), sealed: threads whose runs are to stop now."""

MEMORIES = PREFIX + ":memories"
"""Hash, sealed: what each incident that is over was, by thread; the last MEMORIES_MOST of them, for good."""
MEMORIES_BY_TIME = PREFIX + ":memories:times"
"""Sorted set, thread by when its incident began (epoch seconds); as long as MEMORIES."""
MEMORIES_MOST = 2000

INCIDENT = PREFIX + ":incident:{}"
"""String, sealed: one incident."""
INCIDENT_SECONDS = 400 * DAY
INCIDENTS_TURN = PREFIX + ":incidents:turn"
"""String, the token of who gathers alerts right now."""
OPEN_INCIDENTS = PREFIX + ":incidents:open"
"""Sorted set, incident id by its last alert (epoch seconds). Each id leaves once it rests."""
CLOSED_INCIDENTS = PREFIX + ":incidents:closed"
"""Sorted set, incident id by when it was over (epoch seconds)."""
CHANGED_INCIDENTS = PREFIX + ":incidents:changed"
"""Set of ids of incidents that are to be shown. Each id leaves as it is."""
ALERTED = PREFIX + ":alerted:{}"
"""String, the incident an alert went into, by delivery."""
ALERTED_SECONDS = 7 * DAY
REPEATED_SECONDS = 10 * MINUTE
"""For deliveries that carry no number: the same words later are a new alert."""
SILENCE = PREFIX + ":silence:{}"
"""String, by pattern of what is silenced; lives as long as the silence."""
ALERT_COUNTS = PREFIX + ":alerts:counts"
"""Hash, how many alerts there were, by what became of them."""
PARKED_ALERTS = PREFIX + ":alerts:parked"
"""List of what could not be taken in, newest first, the last PARKED_ALERTS_MOST of them."""
PARKED_ALERTS_MOST = 1000

PLANS = PREFIX + ":schedules:added"
"""Hash, sealed, by name: schedules that people added. Each leaves as it is removed."""
PAUSES = PREFIX + ":schedules:paused"
"""Hash, sealed, by name: who paused a schedule. Each leaves as it is resumed."""

DIGEST = PREFIX + ":digest:{}"
"""String, sealed: the digest of a thread, and under a schedule's name its latest."""
DIGEST_SECONDS = 400 * DAY
DIGEST_MARKS = PREFIX + ":digest:marks:{}"
"""Hash, sealed, by schedule: what people said of items. Each leaves once it does not hold any more."""

POSTURE = PREFIX + ":posture:{}"
"""String, sealed: what became of every security issue, by account; half a year of it."""
POSTURE_SECONDS = 400 * DAY

FACTS = PREFIX + ":facts:{}"
"""Hash, how often what ended, by day (UTC); and of all time, which is kept."""
FACTS_SECONDS = 400 * DAY
MEASURED = PREFIX + ":measured:{}"
"""Hash, what was measured last of a day, such as what it cost; as long as FACTS."""
COUNTED = PREFIX + ":counted:{}"
"""String, by what was counted. What ends is told again within hours, if at all."""
COUNTED_SECONDS = 14 * DAY
