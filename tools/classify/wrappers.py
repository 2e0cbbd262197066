"""Commands that run other commands: shells, sudo, ssh, xargs, exec into a container; what they carry is what counts."""

import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tools.classify.effect import Judgment, change, destructive
from tools.classify.parse import Command

SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "ash", "fish"})
_INTERPRETER = re.compile(
    r"(?:python|perl|ruby|node|nodejs|php|lua|deno|bun|gitlab-rails|rails|osascript|powershell|pwsh|irb)[\d.]*"
)
_PREFIXES: Mapping[str, frozenset[str]] = {
    "sudo": frozenset({"-u", "-g", "-h", "-p", "-C", "-U"}),
    "doas": frozenset({"-u"}),
    "env": frozenset({"-u", "-C", "-S"}),
    "nice": frozenset({"-n"}),
    "ionice": frozenset({"-c", "-n"}),
    "time": frozenset({"-o", "-f"}),
    "timeout": frozenset({"-s", "-k"}),
    "nohup": frozenset(),
    "setsid": frozenset(),
    "stdbuf": frozenset({"-i", "-o", "-e"}),
    "xargs": frozenset({"-n", "-P", "-I", "-L", "-d", "-a", "-s", "-E"}),
    "watch": frozenset({"-n"}),
    "exec": frozenset({"-a"}),
    "builtin": frozenset(),
    "busybox": frozenset(),
    "chroot": frozenset(),
    "unbuffer": frozenset(),
    "parallel": frozenset({"-j"}),
}
_SSH_VALUES = frozenset(
    [
        "-b",
        "-c",
        "-D",
        "-E",
        "-e",
        "-F",
        "-I",
        "-i",
        "-J",
        "-L",
        "-l",
        "-m",
        "-O",
        "-o",
        "-p",
        "-Q",
        "-R",
        "-S",
        "-W",
        "-w",
    ]
)
_EXEC_VALUES = frozenset(
    {"-e", "--env", "-u", "--user", "-w", "--workdir", "-n", "-c", "--name", "-v", "-p", "--network"}
)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a command runs, as shell text, and what is known of it besides."""

    scripts: tuple[str, ...]
    told: tuple[Judgment, ...] = ()


def is_interpreter(program: str) -> bool:
    """Tell whether a program runs code of a language."""
    return bool(_INTERPRETER.fullmatch(program))


def carried(program: str, args: Sequence[str], command: Command) -> Carried | None:
    """Return what a command runs, if running commands is what it is for."""
    if program in SHELLS:
        return _shell(args, command)
    if program in _PREFIXES:
        return _prefixed(program, args, command)
    rule = _RULES.get(program)
    return rule(args) if rule else None


def _shell(args: Sequence[str], command: Command) -> Carried | None:
    flag = next((at for at, arg in enumerate(args) if re.fullmatch(r"-[a-z]*c[a-z]*", arg)), None)
    if flag is not None:
        return Carried(tuple(args[flag + 1 : flag + 2]), (change("it runs a script"),))
    if command.stdin:
        return Carried((command.stdin,), (change("it runs a script"),))
    if command.piped:
        return Carried((), (destructive("it runs whatever is piped into a shell"),))
    if args and all(arg in {"--version", "--help"} for arg in args):
        return None
    return Carried((), (change("it runs a script that is not shown"),))


def _prefixed(program: str, args: Sequence[str], command: Command) -> Carried:
    rest = list(args)
    while rest and (rest[0].startswith("-") or (program in {"env", "sudo"} and re.match(r"\w+=", rest[0]))):
        if program == "env" and rest[0] == "-S":
            return Carried((" ".join(rest[1:]),))
        rest = rest[2 if rest[0] in _PREFIXES[program] else 1 :]
    if program in {"timeout", "chroot"}:
        rest = rest[1:]
    if not rest:
        return Carried(("env",) if program == "env" else ())
    if rest[0].rpartition("/")[2] in SHELLS and (command.piped or command.stdin):
        return _shell(rest[1:], command) or Carried(())
    text = " ".join(rest) if program == "watch" else shlex.join(rest)
    return Carried((text,), (change("it acts as another user"),) if program in {"sudo", "doas"} else ())


def _eval(args: Sequence[str]) -> Carried:
    return Carried((" ".join(args),), (change("it runs text as a command"),))


def _command(args: Sequence[str]) -> Carried | None:
    return None if args[:1] and args[0] in {"-v", "-V"} else Carried((shlex.join(args),))


def _ssh(args: Sequence[str]) -> Carried:
    rest = list(args)
    while rest and rest[0].startswith("-"):
        rest = rest[2 if rest[0] in _SSH_VALUES else 1 :]
    script = " ".join(rest[1:])
    removes = re.search(r"\brm\b", script)  # our own temporary files may go, another machine's are not ours
    told = destructive("it removes files on another machine") if removes else change("it acts on another machine")
    return Carried((script,) if script else (), (told,))


def _ssh_keygen(args: Sequence[str]) -> Carried | None:
    loses = any(arg == "-R" for arg in args)
    return Carried((), (destructive("it removes known hosts"),)) if loses else None


def _found(args: Sequence[str]) -> Carried | None:
    """Return what find runs on what it finds."""
    for at, arg in enumerate(args):
        if arg in {"-exec", "-execdir", "-ok", "-okdir"}:
            run = [one for one in args[at + 1 :] if one not in {";", "+", "{}"}]
            return Carried((shlex.join([*run, "found"]),), (change("it runs a command on what it finds"),))
    return None


def _inside(args: Sequence[str]) -> Carried | None:
    """Return what kubectl or docker runs inside a container."""
    words = [arg for arg in args if not arg.startswith("-")]
    if "exec" not in words[:4] and "run" not in words[:2]:
        return None
    inner = shlex.join(_after_target(list(args)))
    return Carried((inner,) if inner else (), (change("it runs a command inside a container"),))


def _after_target(rest: list[str]) -> list[str]:
    """Return what follows the name of the pod, container or image."""
    if "--" in rest:
        return rest[rest.index("--") + 1 :]
    rest = rest[rest.index("exec" if "exec" in rest else "run") + 1 :]
    while rest and rest[0].startswith("-"):
        rest = rest[2 if rest[0] in _EXEC_VALUES else 1 :]
    return rest[1:]


_RULES: Mapping[str, Callable[[Sequence[str]], Carried | None]] = {
    "eval": _eval,
    "command": _command,
    "ssh": _ssh,
    "ssh-keygen": _ssh_keygen,
    "find": _found,
    "kubectl": _inside,
    "oc": _inside,
    "docker": _inside,
    "podman": _inside,
}
