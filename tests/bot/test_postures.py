"""Histories of the posture are kept as they are, in whatever order readings look."""

from datetime import UTC, datetime, timedelta

from bot.store import keys
from bot.store.store import Store
from tests.tools.test_security_history import issue
from tools.security.history import History

NOON = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)


def test_a_history_is_kept_by_account(store: Store) -> None:
    """What one account's look finds is not the other's."""
    store.postures.look("production", lambda history: history.seen([issue(1)], NOON))

    assert [len(store.postures.of(name).tracks) for name in ("production", "staging")] == [1, 0]


def test_of_two_that_look_at_once_none_is_lost(store: Store) -> None:
    """Whoever comes second looks again at what the first one wrote."""

    def slow(history: History) -> History:
        if not history.looks:
            store.postures.look("", lambda first: first.seen([issue(1)], NOON))
        return history.seen([issue(1), issue(2)], NOON + timedelta(minutes=1))

    after = store.postures.look("", slow)

    assert len(after.looks) == 2
    assert store.postures.of("") == after


def test_a_history_that_somebody_else_wrote_is_none(store: Store) -> None:
    """Nothing is called fixed because somebody wrote to the store."""
    store.postures.look("", lambda history: history.seen([issue(1)], NOON))
    store.connection.sync.append(keys.POSTURE.format(""), "x")

    assert store.postures.of("") == History()
