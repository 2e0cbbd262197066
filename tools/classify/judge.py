"""From shell text to a judgment: every command it would run is judged, and the gravest one counts."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from tools.classify.aws import judge_aws
from tools.classify.clusters import judge_cli
from tools.classify.code import calls_destruction, judge_code
from tools.classify.effect import Effect, Judgment, change, destructive, reading, worst
from tools.classify.files import judge_file, writes_to
from tools.classify.git import judge_git
from tools.classify.http import is_request, judge_http
from tools.classify.parse import Command, parse
from tools.classify.sql import judge_sql, looks_like_sql
from tools.classify.stores import judge_store
from tools.classify.verbs import destructive_flag, verb_of
from tools.classify.wrappers import carried, is_interpreter

_LIMIT = 8
"""How deep a command may hide in others before nobody looks any further."""

_HTTP = frozenset(
    {"curl", "wget", "http", "https", "xh", "GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "PURGE"}
)
_HALTS = frozenset(
    {"shutdown", "reboot", "halt", "poweroff", "init", "kill", "killall", "pkill", "mkfs", "userdel", "groupdel"}
    | {"dropdb", "dropuser"}
)
_LISTING = frozenset(
    {
        "az",
        "gcloud",
        "gh",
        "glab",
        "gsutil",
        "systemctl",
        "journalctl",
        "vault",
        "consul",
        "nomad",
        "istioctl",
        "eksctl",
        "velero",
        "crictl",
        "npm",
        "pip",
        "apt",
        "yum",
        "dnf",
        "brew",
        "cargo",
        "go",
    }
)
_GRAVE = {
    "deck": frozenset({"sync"}),  # it removes what the file lacks
    "rclone": frozenset({"sync", "dedupe"}),
    "fastly": frozenset({"activate"}),  # it replaces what is live
    "haproxy": frozenset({"-st", "-sf"}),  # it ends the processes it takes over from
    "nginx": frozenset({"stop", "quit"}),
    "gitlab-rake": frozenset({"gitlab:backup:restore"}),  # it replaces all there is
}
"""Sub-commands and flags whose words do not say that something is lost."""
_SECRETS = re.compile(
    r"(?:secrets?|passwords?|credentials?|tokens?|keys?|kv|get-access-token|list-keys|certificates?|ad|role|devops|iam|auth)",
    re.IGNORECASE,
)
"""Words that make a reading hand out credentials, or a directory of people and what they may do."""
_LINE = re.compile(r"[^\n]+")


def judge(text: str) -> Judgment:
    """Judge a command line, a script, a bare SQL statement or a bare HTTP request."""
    return _judge(text.strip(), 0)


def _judge(text: str, depth: int) -> Judgment:
    if depth > _LIMIT:
        return change("commands are hidden in commands too deep to look into")
    if looks_like_sql(text):
        return judge_sql(text)
    if re.match(r"[\w.]+\.\w+!?\(", text):
        return judge_code(text)
    script = parse(text)
    judged = chain(
        (judge_command(one, depth) for one in script.commands),
        (writes_to(path) for path in script.writes),
        () if script.whole else _broken(text, depth),
    )
    return worst(judged, "there is no command in it")


def judge_command(command: Command, depth: int = 0) -> Judgment:
    """Judge one simple command, and what it carries for others to run."""
    if not command.words:
        return reading("it only sets variables")
    if is_request(command.words):
        return judge_http(command.words[0], command.words[1:])
    program, args = _program(command.words[0]), command.words[1:]
    inner = carried(program, args, command)
    if inner is not None:
        return worst(
            (*(_judge(one, depth + 1) for one in inner.scripts), *inner.told), f"{program} runs what is not shown"
        )
    if is_interpreter(program):
        return judge_code(" ".join((*args, command.stdin)))
    return _known(program, args, command) or _unknown(program, args)


def is_known(command: Command) -> bool:
    """Tell whether a command's program is one that somebody reviewed, so that its name is no mere word."""
    program, args = _program(command.words[0]), command.words[1:]
    reviewed = program in _LISTING or program in _GRAVE or is_interpreter(program)
    return reviewed or carried(program, args, command) is not None or _known(program, args, command) is not None


def _known(program: str, args: Sequence[str], command: Command) -> Judgment | None:
    match program:
        case "git":
            return judge_git(args)
        case "aws":
            return judge_aws(args)
        case _ if program in _HTTP:
            return judge_http(program, args)
        case _ if program in _HALTS or program.startswith("mkfs."):
            return destructive(f"{program} ends or erases something")
        case _:
            store = judge_store(program, args, command.stdin, piped=command.piped)
            return store or judge_file(program, args) or judge_cli(program, args)


def _unknown(program: str, args: Sequence[str]) -> Judgment:
    """Judge a program that nobody reviewed: its verb may condemn it, and clears it only on well-kept command lines."""
    bare = [arg for arg in args if not arg.startswith("-")]
    if {"--dry-run", "--dryrun", "--dry_run"} & set(args):
        return change(f"{program} should only say what it would do")
    verb = verb_of(bare)
    if verb and verb[1] is Effect.DESTRUCTIVE:
        return destructive(f"{program} {verb[0]} loses something")
    if flag := destructive_flag(args) or next((arg for arg in args if arg in _GRAVE.get(program, ())), ""):
        return destructive(f"{program} {flag} loses something")
    if args and all(arg in {"--help", "--version", "-h", "help", "version"} for arg in args):
        return reading(f"{program} prints its help")
    if program in _LISTING and verb and verb[1] is Effect.READING and not any(map(_SECRETS.fullmatch, bare)):
        return reading(f"{program} {verb[0]} only looks")
    return (
        destructive(f"{program} calls something that deletes")
        if calls_destruction(program)
        else change(f"{program} may change something")
    )


def _program(word: str) -> str:
    return word.strip("\"'\\").rpartition("/")[2]


def _broken(text: str, depth: int) -> Iterator[Judgment]:
    """Judge text that is no whole script line by line, as if it were words; it is a change at least."""
    yield change("it is cut off, or no shell text")
    if calls_destruction(text):
        yield judge_code(text)
    for line in _LINE.findall(text):
        words = tuple(re.findall(r"[^\s;|&(){}`\"']+", line))
        yield judge_command(Command(words), depth + 1)
