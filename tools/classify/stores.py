"""Clients of data stores that take statements: psql, mysql, redis-cli, mongo, and sockets that take commands."""

import re
from collections.abc import Iterator, Mapping, Sequence

from tools.classify.effect import Effect, Judgment, change, destructive, reading, worst
from tools.classify.sql import judge_sql
from tools.classify.verbs import effect_of

_STATEMENT: Mapping[str, frozenset[str]] = {
    "psql": frozenset({"-c", "--command"}),
    "mysql": frozenset({"-e", "--execute"}),
    "mariadb": frozenset({"-e", "--execute"}),
    "sqlite3": frozenset(),
    "clickhouse-client": frozenset({"-q", "--query"}),
    "cqlsh": frozenset({"-e", "--execute"}),
    "sqlcmd": frozenset({"-Q", "-q"}),
    "snowsql": frozenset({"-q", "--query"}),
    "bq": frozenset(),
    "mongo": frozenset({"--eval"}),
    "mongosh": frozenset({"--eval"}),
}
_SOCKETS = frozenset({"socat", "nc", "ncat", "netcat", "telnet"})
_LISTS = {"psql": frozenset({"-l", "--list"}), "mysql": frozenset(), "bq": frozenset({"ls", "show"})}
_REDIS_READS = frozenset(
    [
        "get",
        "mget",
        "info",
        "ping",
        "keys",
        "scan",
        "ttl",
        "pttl",
        "type",
        "exists",
        "strlen",
        "llen",
        "lrange",
        "hget",
        "hgetall",
        "hkeys",
        "scard",
        "smembers",
        "zcard",
        "zrange",
        "dbsize",
        "time",
        "echo",
        "lastsave",
        "memory",
        "slowlog",
        "xinfo",
        "xlen",
        "client",
    ]
)
_REDIS_LOSES = frozenset(
    {"flushall", "flushdb", "del", "unlink", "shutdown", "expire", "debug", "config", "replicaof", "slaveof"}
)


def judge_store(program: str, args: Sequence[str], stdin: str, *, piped: bool) -> Judgment | None:
    """Judge a client of a data store; None if it is not one."""
    if program == "redis-cli":
        return _redis([arg for arg in args if not arg.startswith("-")])
    if program in _SOCKETS:
        return _socket(stdin)
    if program not in _STATEMENT:
        return None
    told = [*_statements(args, _STATEMENT[program]), *([stdin] if stdin else [])]
    if not told and not piped and set(args) & _LISTS.get(program, frozenset()):
        return reading("it lists databases")
    grave = _verb(" ".join(args)) if not told else None
    return grave or worst(map(judge_sql, told), f"{program} takes statements that are not shown")


def _statements(args: Sequence[str], flags: frozenset[str]) -> Iterator[str]:
    for at, arg in enumerate(args):
        name, equals, value = arg.partition("=")
        if name in flags:
            yield value if equals else " ".join(args[at + 1 : at + 2])
        elif any(len(flag) == 2 and arg.startswith(flag) and len(arg) > 2 for flag in flags):  # noqa: PLR2004 - -e'…'
            yield arg[2:]
        elif " " in arg:
            yield arg


def _redis(words: list[str]) -> Judgment:
    lower = [word.lower() for word in words]
    if set(lower) & _REDIS_LOSES:
        return destructive("it deletes keys, or reconfigures the server")
    known = next((word for word in lower if word in _REDIS_READS), "")
    return reading(f"redis {known} only looks") if known and known == lower[0] else change("it runs a command in Redis")


def _socket(stdin: str) -> Judgment:
    return _verb(stdin) or change("it talks to a socket")


def _verb(text: str) -> Judgment | None:
    words = re.findall(r"[a-zA-Z][\w-]*", text)[:3]
    grave = next((word for word in words if effect_of(word) is Effect.DESTRUCTIVE), "")
    return destructive(f"it says {grave}") if grave else None
