"""Break objects as worlds and API versions may: parts missing, or of another type."""

import copy
from typing import Any

from hypothesis import strategies as st

from tests.tools.kube_objects import at

GONE = object()
WORDS = st.sampled_from([at(1), at(5000), "CrashLoopBackOff", "", "x"])
LEAVES = st.just(GONE) | st.none() | st.booleans() | st.integers(-5, 5) | WORDS | st.just([]) | st.just({})


@st.composite
def damaged(draw: st.DrawFn, whole: object) -> object:
    """Return the object with a few parts taken out or replaced by something of the wrong type."""
    broken = copy.deepcopy(whole)
    for path, leaf in draw(st.lists(st.tuples(st.sampled_from(paths(whole)), LEAVES), max_size=6)):
        _cut(broken, path, leaf)
    return broken


def paths(whole: object, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return where every part of an object is, itself left out."""
    inside: list[tuple[str | int, object]] = []
    if isinstance(whole, dict):
        inside = list(whole.items())
    elif isinstance(whole, list):
        inside = list(enumerate(whole))
    return [found for key, one in inside for found in [(*here, key), *paths(one, (*here, key))]]


def _cut(whole: Any, path: tuple[str | int, ...], leaf: object) -> None:
    """Change what is at the path, if an earlier cut has left it there."""
    for key in path[:-1]:
        try:
            whole = whole[key]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(whole, dict) and leaf is GONE:
        whole.pop(path[-1], None)
    elif isinstance(whole, dict):
        whole[path[-1]] = leaf
    elif isinstance(whole, list) and isinstance(path[-1], int) and path[-1] < len(whole):
        whole[path[-1]] = {} if leaf is GONE else leaf
