"""HTTP requests by curl, wget, httpie or as bare lines: the method tells, and so does what the path says."""

import re
from collections.abc import Sequence

from tools.classify.effect import Effect, Judgment, change, destructive, reading
from tools.classify.sql import grave
from tools.classify.verbs import effect_of

_METHOD = re.compile(r"(?:-X|--request|--method)=?\s*[\"']?([A-Za-z]+)")
_BODY = re.compile(r"-(?:d|F|T)|--(?:data|form|upload-file|json|post-data|post-file|body-data)(?:-\w+)*")
_SAVES = re.compile(r"-[a-zA-Z]*[oO]|--output(?:-dir)?|--remote-name(?:-all)?|-J|--config|-K|--cookie-jar|-c")
_BARE = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "PURGE"})
_SEARCHES = frozenset({"_search", "_count", "_msearch", "_mget", "graphql-read"})


def is_request(words: Sequence[str]) -> bool:
    """Tell whether a line is a bare request, such as `DELETE /orders`."""
    return len(words) > 1 and words[0] in _BARE and re.match(r"/|https?://", words[1]) is not None


def judge_http(program: str, args: Sequence[str]) -> Judgment:
    """Judge a request."""
    method, url = _method(program, args), next((arg for arg in args if "/" in arg and not arg.startswith("-")), "")
    if method in {"DELETE", "PURGE"}:
        return destructive(f"it sends {method}")
    if method not in {"GET", "HEAD", "OPTIONS"}:
        verb = next((part for part in _segments(url) if effect_of(part) is Effect.DESTRUCTIVE), "")
        if verb or any(grave(arg) for arg in args if arg.startswith(("{", "[", "query=", "q="))):
            return destructive(f"it sends {method} to {verb or 'a query that destroys'}")
        return change(f"it sends {method}")
    if any(_SAVES.fullmatch(arg.partition("=")[0]) for arg in args) or program == "wget":
        return change("it writes what it fetches into a file")
    return reading(f"it sends {method}")


def _method(program: str, args: Sequence[str]) -> str:
    if program in _BARE:
        return program
    line = " ".join(args)
    if found := _METHOD.search(line):
        return found.group(1).upper()
    if program in {"http", "https", "xh"}:
        named = next((arg for arg in args if arg in _BARE), "")
        return named or ("POST" if any(re.match(r"[\w-]+:?=", arg) for arg in args) else "GET")
    if any(arg in {"-I", "--head", "-G", "--get"} for arg in args):
        return "HEAD"
    return "POST" if any(_BODY.match(arg) for arg in args) else "GET"


def _segments(url: str) -> list[str]:
    return [part for part in re.split(r"[/?&#:]", re.sub(r"^\w+://[^/]*", "", url)) if part and part not in _SEARCHES]
