"""Programs that work on files: which paths are precious, which flags erase."""

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence

from tools.classify.effect import Judgment, change, destructive, reading

_SYSTEM = (
    "/etc",
    "/boot",
    "/bin",
    "/sbin",
    "/usr",
    "/lib",
    "/lib64",
    "/dev",
    "/sys",
    "/proc",
    "/root",
    "/var/lib",
    "/opt",
)
_SCRATCH = re.compile(r"(?:/tmp|/var/tmp|\$\{?TMPDIR\}?|\$\(mktemp[^)]*\))/[^/]")
_HARMLESS = ("/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty", "/dev/fd/1", "/dev/fd/2")


def writes_to(path: str) -> Judgment:
    """Judge writing to a path, by redirection or as a copy's target."""
    where = posixpath.normpath(path.rpartition(":")[2] or path)
    if where in _HARMLESS:
        return reading("it writes to nowhere")
    if where == "/" or any(where == one or where.startswith(f"{one}/") for one in _SYSTEM):
        return destructive(f"it overwrites {where}")
    return change(f"it writes {path}")


def judge_file(program: str, args: Sequence[str]) -> Judgment | None:
    """Judge a program that works on files; None if it is not one."""
    rule = _RULES.get(program)
    return rule(args) if rule else None


def _rm(args: Sequence[str]) -> Judgment:
    flags, paths = _split(args)
    if {"--help", "--version"} & set(args):
        return reading("it prints its help")
    if flags and all(re.fullmatch(r"-[a-zA-Z]*[iI][a-zA-Z]*|--interactive.*", flag) for flag in flags):
        return change("it asks before it removes each file")
    if paths and all(_is_scratch(path) for path in paths):
        return change("it removes temporary files")
    if not paths and not flags:
        return change("nothing is named to be removed")
    return destructive("it removes files")


def _is_scratch(path: str) -> bool:
    return bool(_SCRATCH.match(path)) and ".." not in path.split("/")


def _copy(args: Sequence[str]) -> Judgment:
    _, paths = _split(args)
    if any(_erases(flag) for flag in args) and "--dry-run" not in args and "-n" not in args:
        return destructive("it deletes at the target what the source lacks")
    return writes_to(paths[-1]) if paths else change("it copies files")


def _move(args: Sequence[str]) -> Judgment:
    _, paths = _split(args)
    if paths and posixpath.normpath(paths[-1]) == "/dev/null":
        return destructive("it moves files to nowhere")
    grave = next((path for path in paths if writes_to(path).effect > change("").effect), None)
    return destructive(f"it moves {grave}") if grave else change("it moves files")


def _dd(args: Sequence[str]) -> Judgment:
    target = next((arg[3:] for arg in args if arg.startswith("of=")), "")
    if not target:
        return change("it copies raw data")
    return (
        destructive(f"it overwrites {target}")
        if target.startswith("/dev/") and target not in _HARMLESS
        else writes_to(target)
    )


def _mode(args: Sequence[str]) -> Judgment:
    _, paths = _split(args)
    recursive = any(re.fullmatch(r"-[a-zA-Z]*R[a-zA-Z]*|--recursive", arg) for arg in args)
    if recursive and any(path in {"/", "~", "$HOME"} or writes_to(path).effect > 1 for path in paths):
        return destructive("it changes who may use a whole system directory")
    return change("it changes permissions")


def _find(args: Sequence[str]) -> Judgment:
    if "-delete" in args:
        return destructive("it deletes what it finds")
    if any(arg in {"-fprint", "-fprintf", "-fls", "-fprint0"} for arg in args):
        return change("it writes what it finds into a file")
    return reading("it looks for files")


def _sed(args: Sequence[str]) -> Judgment:
    if any(re.fullmatch(r"-[a-zA-Z]*i.*|--in-place.*|-f|--file.*|-s?f.*", arg) for arg in args if arg.startswith("-")):
        return change("it edits files, or runs a script from one")
    script = " ".join(arg for arg in args if not arg.startswith("-"))
    if re.search(r"(?:^|[\d$/;{}!,\s])[rRwWe](?:\s|$)|(?<=[/|,#])[gpiImM\d]*[we][gpiImM\d]*(?:\s|$|;)", script):
        return change("its script reads or writes other files, or runs commands")
    return reading("it prints edited text")


def _journal(args: Sequence[str]) -> Judgment:
    if any(arg.startswith("--vacuum") for arg in args):
        return destructive("it deletes old logs")
    return (
        change("it works on the journal") if {"--rotate", "--flush", "--sync"} & {*args} else reading("it reads logs")
    )


def _dig(args: Sequence[str]) -> Judgment:
    whole = any(re.fullmatch(r"[ai]xfr(?:=\d+)?", arg, re.IGNORECASE) for arg in args)
    return destructive("it gives a whole zone away") if whole else reading("it looks names up")


def _awk(args: Sequence[str]) -> Judgment:
    script = " ".join(args)
    if re.search(r"\bsystem\s*\(|\|\s*(?:getline|\"|&)|>\s*\"|\bgetline\s*<|-f\b|-i\b|@load", script):
        return change("its script runs commands, or writes or reads other files")
    return reading("it prints computed text")


def _unless(*flags: str, files: int | None = None, why: str = "it only prints") -> Callable[[Sequence[str]], Judgment]:
    """Return a rule: a reading, unless one of the flags is given, or more than so many files are."""

    def rule(args: Sequence[str]) -> Judgment:
        bad = next((arg for arg in args if any(_is_flag(arg, flag) for flag in flags)), None)
        if bad:
            return change(f"{bad} makes it more than a reading")
        _, paths = _split(args)
        return change("it writes into a file") if files is not None and len(paths) > files else reading(why)

    return rule


def _is_flag(arg: str, flag: str) -> bool:
    if flag.startswith("--"):
        return arg == flag or arg.startswith(f"{flag}=")
    return arg.startswith(flag) and not arg.startswith("--")


def _erases(flag: str) -> bool:
    return flag.startswith(("--delete", "--remove-source-files", "--del")) and not flag.endswith("=false")


def _split(args: Sequence[str]) -> tuple[list[str], list[str]]:
    flags = [arg for arg in args if arg.startswith("-") and arg != "-"]
    return flags, [arg for arg in args if not arg.startswith("-") or arg == "-"]


def _always(judgment: Judgment) -> Callable[[Sequence[str]], Judgment]:
    return lambda _: judgment


_PRINTS = """
ls cat tac grep egrep fgrep rg zgrep head tail cut tr nl rev fold column paste join comm cmp diff strings od
xxd hexdump base64 md5sum sha1sum sha256sum sha512sum cksum sum echo printf pwd cd true false test [ [[ type
which command whereis hash whoami id groups df du ps pgrep free uptime uname nproc vmstat iostat lscpu lsblk
lsof netstat ss nslookup host ping traceroute printenv man less more file stat tree realpath readlink dirname
basename sleep seq wc date hostname getent locale tty who w last cal bc expr zcat zless jobs history alias
getopts wait : arch
"""
_RULES: Mapping[str, Callable[[Sequence[str]], Judgment]] = {
    **dict.fromkeys(_PRINTS.split(), _unless()),
    "wc": _unless("--files0-from"),
    "date": _unless("-s", "--set"),
    "hostname": _unless("-F", "-b", files=0),
    "history": _unless("-c", "-d", "-w"),
    "sort": _unless("-o", "--output", "--compress-program", "--files0-from", "-T", "--temporary-directory"),
    "uniq": _unless(files=1),
    "jq": _unless("--slurpfile", "--rawfile", "-f", "--from-file", "-L", "--library-path", "--argfile"),
    "yq": _unless("-i", "--inplace", "--in-place"),
    "tree": _unless("-o"),
    "dig": _dig,
    "journalctl": _journal,
    "find": _find,
    "sed": _sed,
    "awk": _awk,
    "gawk": _awk,
    "rm": _rm,
    "unlink": _rm,
    "srm": _rm,
    "rmdir": _always(change("it removes empty directories")),
    "shred": _always(destructive("it overwrites files beyond recovery")),
    "wipefs": _always(destructive("it erases a file system")),
    "mkswap": _always(destructive("it erases what was on the device")),
    "truncate": _always(destructive("it cuts a file's contents off")),
    "fdisk": _unless("-l", why="it prints partitions"),
    "dd": _dd,
    "mv": _move,
    "chmod": _mode,
    "chown": _mode,
    "chgrp": _mode,
    **dict.fromkeys(("cp", "scp", "rsync", "install", "ln", "tee"), _copy),
    "touch": _always(change("it creates files")),
    "mkdir": _always(change("it creates directories")),
}
