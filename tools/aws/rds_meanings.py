"""What RDS's event messages mean, by their words."""

import re
from dataclasses import dataclass

from tools.contract import Role


@dataclass(frozen=True)
class Meaning:
    """What an event means when its message says certain words."""

    code: str
    words: re.Pattern[str]
    role: Role
    sure: float


def _meaning(code: str, words: str, role: Role, sure: float) -> Meaning:
    return Meaning(code, re.compile(words, re.IGNORECASE), role, sure)


MEANINGS = (
    _meaning("rds_configuration_changed", r"(updated|changed|modified|applied).{0,20} parameter", Role.CHANGE, 0.7),
    _meaning(
        "rds_storage_ran_low",
        r"(free )?storage.{0,60}(\blow\b|exhaust|\bfull\b|consumed|run out|critical)|low storage|storage.full|no space",
        Role.CAUSE,
        0.8,
    ),
    _meaning(
        "rds_storage_grown",
        r"(finished|complet|started|initiated|in progress|applying|increas).{0,60}storage"
        r"|storage.{0,80}(increased|autoscal|finished|modification)",
        Role.CHANGE,
        0.7,
    ),
    _meaning("rds_failed_over", r"fail(ed)?.?over|multi-az.{0,40}(activat|complet|started)", Role.CAUSE, 0.8),
    _meaning(
        "rds_connections_refused",
        r"too many connections|max_connections|connection.{0,30}(exhaust|refus|limit|saturat)",
        Role.CAUSE,
        0.75,
    ),
    _meaning(
        "rds_replication_trouble",
        r"replicat.{0,60}(error|stopp|terminat|fail|broken)|replica.{0,40}error",
        Role.CAUSE,
        0.65,
    ),
    # A replica that lags is weaker a cause than what its source writes, and a cause where nothing else is known.
    _meaning(
        "rds_replication_lagging",
        r"replicat.{0,60}(lag|behind)|replica.{0,60}(lag|behind)",
        Role.CAUSE,
        0.56,
    ),
    _meaning("rds_checkpoints", r"checkpoint", Role.CAUSE, 0.6),
    _meaning("rds_io_throttled", r"IOPS.{0,60}(limit|exceed|throttl|satur)|burst.?balance|I/O credit", Role.CAUSE, 0.7),
    _meaning("rds_cpu_reported", r"\bCPU\b", Role.SYMPTOM, 0.6),
    _meaning("rds_locks_reported", r"deadlock|lock wait|blocked by", Role.CAUSE, 0.65),
    _meaning(
        "rds_vacuum_due",
        r"must be vacuumed|wraparound|transaction id.{0,40}(limit|exhaust|shutdown)|not accepting commands",
        Role.CAUSE,
        0.75,
    ),
    _meaning("rds_restarted", r"restart|reboot|shut ?down|stopped|crash|out of memory", Role.CAUSE, 0.7),
    _meaning("rds_recovering", r"recover(y|ing)|restor(ed|ing)", Role.SYMPTOM, 0.5),
    _meaning(
        "rds_configuration_changed",
        r"parameter group|class.{0,40}chang|modif|applying|reset.{0,20}(password|credential)|master (user )?credential"
        r"|renam|upgrade",
        Role.CHANGE,
        0.7,
    ),
    _meaning("rds_backup", r"back(ing)?.?(ed)? ?up|snapshot", Role.CONTEXT, 0.8),
    _meaning("rds_maintenance", r"maintenance|patch", Role.CHANGE, 0.6),
    _meaning("rds_failure", r"fail|error|incompatible|unable|cannot", Role.SYMPTOM, 0.6),
)
"""What messages mean, the most telling first: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html"""


def meaning_of(message: str) -> Meaning | None:
    """Return what a message means; None if it is nothing special."""
    return next((each for each in MEANINGS if each.words.search(message)), None)
