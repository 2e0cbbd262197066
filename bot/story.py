"""The whole story of one change, told from the audit trail: who did what, when, in order."""

from __future__ import annotations

import json
from collections.abc import Iterable

from bot.audit import Record
from tools.contract import JsonObject

ABOUT = "approval"
"""Every record of a change names it by this."""


def story(records: Iterable[Record], approval: str) -> list[str]:
    """Return a line for each thing that happened to a proposal, oldest first; none if the trail has none."""
    own = [record for record in records if record.data.get(ABOUT) == approval]
    began = own[0].at if own else None
    width = max((len(record.kind) for record in own), default=0)
    return [
        f"{record.at:%Y-%m-%d %H:%M:%S}Z  {f'+{(record.at - (began or record.at)).total_seconds():.1f} s':>10}  "
        f"#{record.seq:<6} {record.kind:<{width}}  {_words(record)}"
        for record in own
    ]


def _words(record: Record) -> str:
    match record.kind, record.data:
        case "proposed", {"tool": tool, "args": args, "asker": asker, "effect": effect, "rule": rule, **rest}:
            who = f"<@{asker}>" if asker else "nobody in person (an alert or a schedule)"
            return f"{tool} {_json(args)}, asked for by {who}: {effect}, by the rule “{rule}”{_more(rest)}"
        case _, {"voter": voter, "answer": answer, "via": via, "to": state, **rest}:
            return f"<@{voter}> said {answer} by {via}, so it is {state}{_more(rest)}"
        case _, data:
            return _more(data).removeprefix("; ")


def _more(data: JsonObject) -> str:
    """Return the particulars that have no words of their own."""
    told = [f"{name} {value if isinstance(value, str) else _json(value)}" for name, value in data.items()]
    return "".join(f"; {one}" for one, name in zip(told, data, strict=True) if name != ABOUT and data[name] != "")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
