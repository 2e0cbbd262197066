"""The verbs of command lines: what `delete`, `list` or `create` says of a command whose program nobody reviewed."""

import re
from collections.abc import Sequence

from tools.classify.effect import Effect

_READING = """
get list ls show describe status view info version help search find check validate lint diff logs log history
explain top inspect head stat cat tail whoami ping print query lookup count size du df tree wait watch events
template verify preview plan estimate metrics ps images doctor health summary describe-all current is has can
exists compare scan select read fetch display
"""
_CHANGE = """
create apply set put update add edit patch post write install upgrade deploy run start resume enable attach
register import copy cp move mv rename sync push commit login init configure config scale exec send publish
upload tag label annotate invoke assume use switch
"""
_DESTRUCTIVE = """
delete del remove rm rmi rmdir destroy purge drop terminate prune wipe erase reset flush flushall flushdb
truncate revoke deregister detach disable kill clear clean cleanup uninstall evict drain invalidate
invalidation archive cancel forget expire shutdown stop reboot format nuke rb unlink unregister shred discard
deactivate abort expunge mirror obliterate undeploy unpublish unset decommission dissociate disassociate
schedule-deletion withdraw void rotate-root seal undo failover rollback roll rotate rekey publish release
dedupe refund retire vacuum unsubscribe close halt poweroff
"""
_NOUN = """
logs log history events images metrics template count size top tree current stat health plan is has can watch
ps release archive publish schedule mirror run deploy config tag label version test check lookup select cat
head tail backup export import copy image stop-list
"""
"""Verbs that are as often nouns: they count only where no plainer verb follows."""

_FLAG = """
delete del remove destroy purge prune wipe erase reset drop truncate revoke terminate mirror
"""
READING, CHANGE, DESTRUCTIVE, _NOUNS, _FLAGS = (
    frozenset(words.split()) for words in (_READING, _CHANGE, _DESTRUCTIVE, _NOUN, _FLAG)
)

_BARE = re.compile(r"[a-zA-Z][a-zA-Z0-9_:.-]*")
_JOINED = re.compile(
    r"(?:delete|destroy|purge|remove|terminate|truncate|revoke|drop|wipe|erase|flush)(?!d$|box|let|out|s$)[a-z]+"
)
_PARTS = re.compile(r"[-_:./]|(?<=[a-z])(?=[A-Z])")
_NEAR = 6
"""A verb stands among the first words; after that come names, which may be anything."""


def verb_of(words: Sequence[str]) -> tuple[str, Effect] | None:
    """Return the first plain verb among a command's leading words, and what it does; None if there is none."""
    perhaps: tuple[str, Effect] | None = None
    for word in words[:_NEAR]:
        found = effect_of(word) if _BARE.fullmatch(word) and "::" not in word else None
        if found is not None and word not in _NOUNS:
            return word, found
        if found is not None:
            perhaps = perhaps or (word, found)
    return perhaps


def effect_of(word: str) -> Effect | None:
    """Return what a word such as `delete`, `batch-delete-image` or `listKeys` does; its first verb counts."""
    parts = [part.lower() for part in _PARTS.split(word) if part]
    if word.lower() in DESTRUCTIVE:
        return Effect.DESTRUCTIVE
    if {"invalidation", "deletion"} & {*parts} and not {*parts[:1]} & READING:
        return Effect.DESTRUCTIVE
    for part in parts:
        if _JOINED.fullmatch(part) and not part.endswith("ed"):
            return Effect.DESTRUCTIVE
        for known, effect in ((DESTRUCTIVE, Effect.DESTRUCTIVE), (READING, Effect.READING), (CHANGE, Effect.CHANGE)):
            if part in known:
                return effect
    return None


def destructive_flag(words: Sequence[str]) -> str:
    """Return the first flag that destroys, such as `--delete-destination=true` or `--purge`; empty if none does."""
    for word in words:
        name, _, value = word.partition("=")
        if name.startswith("--") and value.lower() not in {"false", "no", "0"}:
            first = _PARTS.split(name[2:])[0].lower()
            if first in _FLAGS:
                return name
    return ""
