"""Ways to change one thing in JSON data, and ways to write the same data differently."""

import copy
import random
import unicodedata
from collections.abc import Callable
from typing import Any

Path = tuple[str | int, ...]

SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: unicodedata.normalize("NFKC", text.replace("e", "ｅ", 1)),  # noqa: RUF001 - a full-width e, folded back
    lambda text: text.replace("a", "а").replace("e", "е"),  # noqa: RUF001 - Cyrillic letters that look the same
    lambda text: text + "\u200b",
    lambda text: "\u202e" + text,
    lambda text: text + " ",
    str.upper,
    lambda text: text[:-1],
    lambda text: text + "x",
    lambda _: "",
)


def leaves(data: object, here: Path = ()) -> list[Path]:
    """Return where every value of some JSON data is; an empty container is a value."""
    inside: list[tuple[str | int, object]] = []
    if isinstance(data, dict):
        inside = list(data.items())
    elif isinstance(data, list):
        inside = list(enumerate(data))
    return [leaf for key, value in inside for leaf in leaves(value, (*here, key))] or [here]


def one_changed(data: Any, chance: random.Random) -> Any:
    """Return the data with one value changed: another value, another type, another unicode form, gone or doubled."""
    while True:
        changed = copy.deepcopy(data)
        *parents, last = chance.choice(leaves(data))
        holder: Any = changed
        for key in parents:
            holder = holder[key]
        match chance.random():
            case roll if roll < 0.1 and isinstance(holder, dict):
                del holder[last]
            case roll if roll < 0.2 and isinstance(holder, dict):
                holder[f"{last}2"] = holder[last]
            case roll if roll < 0.3 and isinstance(holder, list):
                holder.append(holder[-1])
            case _:
                holder[last] = another(holder[last], chance)
        if not same(changed, data):
            return changed


def another(value: object, chance: random.Random) -> object:
    """Return another value than this one, near to it."""
    match value:
        case bool() | None:
            return chance.choice([1, 0, "true", "", [], not value])
        case int() | float():
            return chance.choice([value + 1, -value, 0, str(value), value + 1e-9, [value], value * 10, True, None])
        case str():
            return chance.choice(SPELLINGS)(value)
        case _:
            return chance.choice(["", None, [0], {"x": 0}])


def same(one: object, other: object) -> bool:
    """Tell whether two JSON values are the same, types included: 3 is not "3", and 1 is not true."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, bool) is isinstance(other, bool) and one == other


def reordered(data: object, chance: random.Random) -> object:
    """Return the same data with the keys of every object in another order."""
    if isinstance(data, dict):
        items = list(data.items())
        chance.shuffle(items)
        return {key: reordered(value, chance) for key, value in items}
    return [reordered(value, chance) for value in data] if isinstance(data, list) else data
