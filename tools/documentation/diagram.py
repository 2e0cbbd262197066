"""An estate as the page that shows it: a Mermaid flowchart and a table; pure."""

from __future__ import annotations

import re

from tools.documentation.estate import Estate, Node

MOST = 60
"""Nodes of a flowchart that somebody can still read."""
_SHAPES = {"database": ("[(", ")]"), "bucket": ("[/", "/]"), "queue": ("[[", "]]"), "topic": ("[[", "]]")}


def page_part(estate: Estate) -> str:
    """Return the machine-written part of the architecture page, Markdown."""
    left = f"\n\n{len(estate.nodes) - MOST} more are in the table only." if len(estate.nodes) > MOST else ""
    return f"```mermaid\n{flowchart(estate)}\n```{left}\n\n{_table(estate)}"


def flowchart(estate: Estate) -> str:
    """Return the estate as Mermaid: https://mermaid.js.org/syntax/flowchart.html."""
    shown = estate.nodes[:MOST]
    ids = {one.name: f"n{number}" for number, one in enumerate(shown)}
    lines = ["flowchart LR"]
    for number, place in enumerate(dict.fromkeys(one.place for one in shown)):
        lines.append(f'  subgraph p{number}["{_label(place)}"]')
        lines += [f"    {ids[one.name]}{_shape(one)}" for one in shown if one.place == place]
        lines.append("  end")
    lines += [f"  {ids[user]} --> {ids[used]}" for user, used in estate.edges if user in ids and used in ids]
    return "\n".join(lines)


def _shape(node: Node) -> str:
    opening, closing = _SHAPES.get(node.sort, ("[", "]"))
    return f'{opening}"{_label(node.name)}"{closing}'


def _label(words: str) -> str:
    """Return words that end neither a label nor a line of Mermaid."""
    return " ".join(re.sub(r'["`<>\[\]{}()|#;\\]', " ", words).split())[:60] or "unnamed"


def _table(estate: Estate) -> str:
    head = ["| what | where | known | from |", "|---|---|---|---|"]
    return "\n".join([*head, *map(_row, estate.nodes)])


def _row(one: Node) -> str:
    cells = (f"{one.sort} `{one.name}`", one.place, "; ".join(one.facts), ", ".join(one.source))
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(words: str) -> str:
    return " ".join(words.replace("|", "\\|").split())
