"""Command lines of clusters, by a reviewed list of sub-commands: kubectl, helm, docker, terraform, argocd."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.classify.effect import Effect, Judgment, change, destructive, reading
from tools.classify.verbs import destructive_flag, verb_of


@dataclass(frozen=True, slots=True)
class Cli:
    """What is known of a command line's sub-commands; each is one or two words.

    Attributes:
        reads: Those that only look.
        destroys: Those that lose something.
        values: Global flags that take the next word.
        secrets: Words that make a reading hand out credentials.
    """

    reads: frozenset[str]
    destroys: frozenset[str]
    values: frozenset[str]
    secrets: frozenset[str]


def judge_cli(program: str, args: Sequence[str]) -> Judgment | None:
    """Judge a command of a command line we know; None if we do not."""
    cli = CLIS.get(program)
    if cli is None:
        return None
    words = list(_words(args, cli.values))
    names = [" ".join(words[:size]) for size in (3, 2, 1) if len(words) >= size]
    if not words or {"--help", "-h"} & set(args):
        return reading(f"{program} prints its help")
    extra = _EXTRA.get(program)
    if extra and (judged := extra(words, args)):
        return judged
    for name in names:
        if name in cli.destroys:
            return destructive(f"{program} {name} loses something")
        if name in cli.reads:
            handed = sorted({part for word in words for part in word.split("/")} & cli.secrets)
            return change(f"{program} hands out {handed[0]}") if handed else reading(f"{program} {name} only looks")
    return _by_verb(program, words, args)


def _by_verb(program: str, words: Sequence[str], args: Sequence[str]) -> Judgment:
    """Judge a sub-command we have no word on; a verb that sounds harmless proves nothing."""
    verb = verb_of(words)
    if verb and verb[1] is Effect.DESTRUCTIVE:
        return destructive(f"{program} {verb[0]} loses something")
    if flag := destructive_flag(args):
        return destructive(f"{flag} loses something")
    return change(f"{program} {words[0]} may change something")


def _words(args: Sequence[str], values: frozenset[str]) -> Iterator[str]:
    rest = iter(args)
    for arg in rest:
        if arg == "--":
            return
        if arg in values:
            next(rest, None)
        elif not arg.startswith("-"):
            yield arg


def _kubectl(words: Sequence[str], args: Sequence[str]) -> Judgment | None:
    if words[0] == "auth" and any(arg.startswith("--as") for arg in args):
        return change("it asks as somebody else")
    dry = any(arg in {"--dry-run=client", "--dry-run=server", "--dry-run"} for arg in args)
    if dry and words[0] not in {"exec", "drain", "cp", "attach", "debug"}:
        return reading("kubectl only says what it would do")
    zero = "--replicas=0" in args or ("--replicas" in args and args[-1] == "0")
    if words[0] == "scale" and zero:
        return destructive("it scales to nothing")
    if words[0] in {"replace", "apply"} and {"--force", "--prune"} & set(args):
        return destructive(f"kubectl {words[0]} deletes objects on the way")
    return None


def _terraform(words: Sequence[str], args: Sequence[str]) -> Judgment | None:
    if words[0] == "apply" and ("-destroy" in args or "-auto-approve" in args or "--auto-approve" in args):
        return destructive("it applies without anybody looking, or destroys")
    return reading("terraform only formats to the screen") if words[0] == "fmt" and "-check" in args else None


def _docker(words: Sequence[str], args: Sequence[str]) -> Judgment | None:
    verb = verb_of(words)
    harmless = verb is not None and verb[1] is Effect.READING
    return change("docker writes a file") if harmless and {"-o", "--output", "--output-file"} & {*args} else None


def _helm(words: Sequence[str], args: Sequence[str]) -> Judgment | None:
    flags = {arg.partition("=")[0] for arg in args if arg.startswith("--")}
    if words[0] == "template" and not flags <= _RENDERS:
        return change("helm may do more than render")
    if words[0] == "env" and len(words) > 1:
        return change("helm env sets something")
    return reading("helm only says what it would do") if "--dry-run" in args and words[0] != "test" else None


_RENDERED = """
--namespace --kube-context --kubeconfig --values --set --set-string --set-file --set-json --version --repo --show-only
--include-crds --skip-crds --skip-tests --api-versions --debug --kube-version --is-upgrade --name-template
--release-name --no-hooks --validate --dry-run
"""
_RENDERS = frozenset(_RENDERED.split())
"""Flags with which `helm template` only prints."""

_EXTRA: Mapping[str, Callable[[Sequence[str], Sequence[str]], Judgment | None]] = {
    "kubectl": _kubectl,
    "oc": _kubectl,
    "terraform": _terraform,
    "tofu": _terraform,
    "docker": _docker,
    "podman": _docker,
    "helm": _helm,
}


def _read() -> Mapping[str, Cli]:
    told = tomllib.loads((Path(__file__).parent / "clis.toml").read_text("utf-8"))
    parts = ("reads", "destroys", "values", "secrets")
    read = {name: Cli(*(frozenset(one.get(part, ())) for part in parts)) for name, one in told.items()}
    return read | {alias: read[name] for name, one in told.items() for alias in one.get("also", ())}


CLIS = _read()
