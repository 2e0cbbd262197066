"""Write the tables of README.md and docs/ from code, or check that they are up to date (`--check`)."""

import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import tools
from agents import ROSTER
from bot.scoring.metrics import COST, COUNTERS, GAUGES, HISTOGRAMS, SPEND
from config.settings import Settings
from tools import CATALOGUE
from tools.contract import Change, Tool
from tools.declare import describe
from tools.needs import read_need

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"(<!-- table: (?P<name>\w+) -->\n)(?P<body>.*?)(<!-- end -->)", re.DOTALL)


def main(arguments: list[str]) -> int:
    """Write or check; the exit status is 1 if a check found an old table."""
    old = []
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = page.read_text("utf-8")
        fresh = BLOCK.sub(lambda block: f"{block[1]}{TABLES[block['name']]()}\n{block[4]}", text)
        if fresh != text:
            old.append(page.name)
            if "--check" not in arguments:
                page.write_text(fresh, "utf-8")
    if old and "--check" in arguments:
        sys.stderr.write(f"{', '.join(old)}: tables are out of date; run `make docs`.\n")
        return 1
    return 0


def tools_table() -> str:
    """Return every tool: what it is for, its risk and what it needs."""
    return _table(("tool", "what it does", "kind"), (_tool_row(tool) for tool in CATALOGUE.values()))


def findings_table() -> str:
    """Return every finding a reading can make, with its meaning."""
    found: dict[str, str] = {}
    for module in pkgutil.walk_packages(tools.__path__, "tools."):
        found |= getattr(importlib.import_module(module.name), "FINDINGS", {})
    return _table(("finding", "what it means"), sorted((f"`{code}`", meaning) for code, meaning in found.items()))


def agents_table() -> str:
    """Return every agent and when it is used."""
    return _table(
        ("agent", "when", "tools"),
        ((f"`{agent.name}`", agent.when, str(len(agent.tools))) for agent in ROSTER.values()),
    )


def settings_table() -> str:
    """Return every setting with its default."""
    rows = (
        (f"`{name.upper()}`", field.description or "", f"`{_shown(field.default)}`" if _shown(field.default) else "")
        for name, field in Settings.model_fields.items()
    )
    return _table(("setting", "what it is", "default"), rows)


def metrics_table() -> str:
    """Return every metric that is counted over all processes, as Prometheus names it."""
    counters = [(f"`{one.name}_total`", one) for one in (*COUNTERS, COST)]
    told = [*counters, *((f"`{one.name}`", one) for one in (*HISTOGRAMS, SPEND))]
    rows = [(name, ", ".join(one.labels), one.help) for name, one in told]
    return _table(("metric", "labels", "what it is"), [*rows, *((f"`{name}`", "", words) for name, words, _ in GAUGES)])


TABLES: dict[str, Callable[[], str]] = {
    "tools": tools_table,
    "findings": findings_table,
    "agents": agents_table,
    "settings": settings_table,
    "metrics": metrics_table,
}


def _tool_row(tool: Tool) -> tuple[str, str, str]:
    kind = f"change, {tool.risk} risk; needs `{'`, `'.join(_writes(tool))}`" if isinstance(tool, Change) else "reading"
    return f"`{tool.name}`", describe(tool).partition("\n\n")[0].replace("\n", " "), kind


def _writes(change: Change) -> list[str]:
    """Return what a change needs beyond looking; `python -m bot permissions` prints everything."""
    return [need for need in change.needs if not read_need(need).looks]


def _shown(default: object) -> str:
    match default:
        case Path():
            return default.relative_to(ROOT).as_posix() if default.is_absolute() else default.as_posix()
        case str() | int() | float():
            return str(default)
        case _:
            return ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
