"""Terraform without its backend: where state is kept is the repository's affair, and no part of what is judged."""

from __future__ import annotations

from collections.abc import Mapping

from tools.security.remedies.source import read as read_source

_KINDS = frozenset({"backend", "cloud"})


def without_backends(files: Mapping[str, str]) -> dict[str, str]:
    """Return files of the repository with their backend blocks left out."""
    return {path: _without(path, text) if path.endswith(".tf") else text for path, text in files.items()}


def _without(path: str, text: str) -> str:
    spans = [
        (inner.start, inner.end)
        for block in read_source(path, text)
        if block.kind == "terraform"
        for inner in block.blocks
        if inner.kind in _KINDS
    ]
    plain = text.encode()
    for start, end in sorted(spans, reverse=True):
        line = plain.rfind(b"\n", 0, start) + 1
        after = plain.find(b"\n", end)
        plain = plain[: line if not plain[line:start].strip() else start] + plain[after + 1 if after >= 0 else end :]
    return plain.decode()
