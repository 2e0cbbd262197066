"""git: what reads history, what adds to it, and what throws work away."""

import re
from collections.abc import Sequence

from tools.classify.effect import Judgment, change, destructive, reading

_VALUE = frozenset({"-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path"})
_READS = frozenset(
    [
        "status",
        "log",
        "diff",
        "show",
        "blame",
        "grep",
        "shortlog",
        "describe",
        "rev-parse",
        "rev-list",
        "ls-files",
        "ls-tree",
        "ls-remote",
        "cat-file",
        "fsck",
        "count-objects",
        "var",
        "help",
        "version",
        "whatchanged",
        "name-rev",
        "merge-base",
        "cherry",
        "check-ignore",
        "for-each-ref",
        "annotate",
    ]
)
_LISTS = {
    "branch": r"(?:--list|-l|-a|-r|-v+|--all|--remotes|--show-current|--contains|--merged|--no-merged|--verbose)",
    "tag": r"(?:--list|-l|-n\d*|--contains|--points-at)",
    "remote": r"(?:-v|--verbose|show|get-url)",
    "stash": r"(?:list|show)",
    "worktree": r"list",
    "reflog": r"show",
    "config": r"(?:--get|--list|-l|--get-all|--get-regexp|get|list)",
    "notes": r"(?:list|show)",
    "submodule": r"(?:status|summary)",
    "bisect": r"(?:log|view|visualize)",
}
_BARE_READS = frozenset({"branch", "tag", "remote", "reflog", "submodule"})
_LOSES = {
    "push": r"(?:--force|-[a-zA-Z]*f[a-zA-Z]*|--delete|-d|--mirror|--prune|\+\S+|:\S+)",
    "reset": r"(?:--hard|--merge|--keep)",
    "checkout": r"(?:--|--force|-f|\.|--ours|--theirs)",
    "switch": r"(?:--force|-f|--discard-changes)",
    "branch": r"(?:-[a-zA-Z]*[DfMC][a-zA-Z]*|--force)",
    "tag": r"(?:-d|--delete|-f|--force)",
    "stash": r"(?:drop|clear)",
    "reflog": r"(?:expire|delete)",
    "gc": r"(?:--prune(?:=.*)?|--aggressive)",
    "remote": r"(?:remove|rm|prune)",
    "worktree": r"(?:remove|prune)",
    "update-ref": r"(?:-d|--stdin)",
    "submodule": r"deinit",
    "config": r"(?:--unset.*|--remove-section)",
    "notes": r"(?:remove|prune)",
    "lfs": r"(?:prune|uninstall)",
}
_ALWAYS = frozenset({"clean", "restore", "filter-branch", "filter-repo", "prune", "rm", "update-index"})
_MILD = re.compile(r"-[a-zA-Z]*n[a-zA-Z]*|--dry-run|-h|--help")
_DEFAULT = re.compile(r"(?:\S*:)?(?:refs/heads/)?(?:main|master|production|release)")


def judge_git(args: Sequence[str]) -> Judgment:
    """Judge a git command by its arguments."""
    rest = _after_globals(args)
    if not rest or rest[0] in {"--version", "--help", "-h"}:
        return reading("git prints its help")
    command, told = rest[0], rest[1:]
    if (command == "clean" and any(map(_MILD.fullmatch, told))) or {"--dry-run", "--help", "-h"} & set(told):
        return reading(f"git {command} only says what it would do")
    if _loses(command, told):
        return destructive(f"git {command} throws work or history away")
    return (
        reading(f"git {command} only looks") if _reads(command, told) else change(f"git {command} changes a repository")
    )


def _after_globals(args: Sequence[str]) -> list[str]:
    rest = list(args)
    while rest and rest[0].startswith("-") and rest[0] not in {"--version", "--help", "-h"}:
        rest = rest[2 if rest[0] in _VALUE else 1 :]
    return rest


def _loses(command: str, told: list[str]) -> bool:
    if command in _ALWAYS:
        return not (command == "restore" and {"--staged", "-S"} & set(told) and not {"--worktree", "-W"} & set(told))
    if command == "checkout" and {"-b", "-B", "--orphan"} & set(told):
        return "-B" in told
    if command == "push" and any(map(_DEFAULT.fullmatch, told)):
        return True  # nobody reviews what goes straight to the branch that is deployed
    pattern = _LOSES.get(command)
    return bool(pattern) and any(re.fullmatch(str(pattern), word) for word in told)


def _reads(command: str, told: list[str]) -> bool:
    if command in _READS:
        return not any(word.startswith(("--output", "--ext-diff", "-O", "--open-files")) for word in told)
    pattern = _LISTS.get(command)
    if pattern and told and re.fullmatch(pattern, told[0]):
        return True
    return command in _BARE_READS and not told
