"""Take what nobody uses out of Terraform: with what stands only for it, and never its data without a copy; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tools.contract import ToolError
from tools.security.remedies.arguments import Values, with_values
from tools.security.remedies.editing import without_block
from tools.security.remedies.source import Block, Files, blocks

GOING_ALONG = frozenset(
    {
        "aws_eip_association",
        "aws_lb_listener",
        "aws_lb_listener_certificate",
        "aws_lb_listener_rule",
        "aws_volume_attachment",
        "aws_wafv2_web_acl_association",
        "import",
        "moved",
    }
)
"""What means nothing without the one it refers to."""


@dataclass(frozen=True, slots=True)
class First:
    """What has to be set on what keeps data before, or instead of, its removal.

    Attributes:
        values: Arguments and what they are to be.
        why: What people should know, a sentence or two.
        share: Of its cost that this alone saves.
    """

    values: Values
    why: str
    share: Decimal


FIRST: Mapping[str, First] = {
    "aws_ebs_volume": First(
        (("final_snapshot", "true"),),
        "This is the first of two steps and deletes nothing: once it is applied, a volume that is removed leaves a "
        "snapshot of its data. Ask again then, and I propose the removal.",
        Decimal(0),
    ),
    "aws_ebs_snapshot": First(
        (("storage_tier", '"archive"'),),
        "It is the last copy of its data, so it is archived and not deleted: that costs a quarter, for 90 days at "
        "least, and a restore takes up to three days.",
        Decimal("0.75"),
    ),
}
"""By what keeps data: https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive.html"""
PROTECTING = ("deletion_protection", "enable_deletion_protection", "prevent_destroy")
REPEATING = ("count", "for_each")


class Kept(ToolError):
    """It is not taken out of the code: says why, and what a person should do."""


@dataclass(frozen=True, slots=True)
class Retired:
    """The edit.

    Attributes:
        files: Path → whole new text, None for a file that nothing is left of; the changed ones only.
        title: What it does, one line.
        note: What people should know before they merge it.
        share: Of what the thing costs that this saves.
    """

    files: dict[str, str | None]
    title: str
    note: str
    share: Decimal = Decimal(1)


def retired(files: Files, block: Block) -> Retired:
    """Return the edit that ends what a resource costs: its removal, or what has to come before that.

    Raises:
        Kept: Something else refers to it, it is protected, or it is one of several of a block.
    """
    _removable(block)
    first = FIRST.get(block.labels[0])
    if first and any(_said(block, name) != value for name, value in first.values):
        edited = _changed(files, with_values(files, block, first.values))
        return Retired(edited, _titled(block, first.values), first.why, first.share)
    going = _going(files, block)
    along = [one.address for one in going if one is not block]
    note = f"With it go {', '.join(along)}, which stand for nothing else." if along else "Nothing refers to it."
    return Retired(_changed(files, _without(files, going)), f"Remove {block.address}, which nothing uses", note)


def _titled(block: Block, values: Values) -> str:
    return f"Set {', '.join(f'{name} of {block.address} to {value.strip(chr(34))}' for name, value in values)}"


def _removable(block: Block) -> None:
    around = (block, *block.inner("lifecycle"))
    if one := next((name for name in REPEATING if block.argument(name)), ""):
        raise Kept(f"{block.address} is one of several by its {one}: take the one that is not used out of those.")
    if one := next((name for name in PROTECTING for each in around if _said(each, name) == "true"), ""):
        raise Kept(f"{block.address} is protected by {one}: its owner has to take that away first.")
    if _said(block, "storage_tier") == '"archive"':
        raise Kept(f"{block.address} is archived already: whether it is needed at all is for its owner to say.")


def _said(block: Block, name: str) -> str:
    told = block.argument(name)
    return told.value if told else ""


def _going(files: Files, block: Block) -> list[Block]:
    """Return what goes: the block, and what refers to it and means nothing without it.

    Raises:
        Kept: Something refers to it that means something.
    """
    going = [block]
    for one in going:  # grows while it is walked: a rule goes with the listener that goes with the balancer
        for other in _referring(files, one):
            if (other.labels[0] if other.kind == "resource" else other.kind) not in GOING_ALONG:
                raise Kept(f"{other.address} refers to {one.address}: look at what that is for before it goes.")
            going += [] if other in going else [other]
    return going


def _referring(files: Files, block: Block) -> Iterator[Block]:
    named = re.compile(rf"(?<![\w.-]){re.escape(block.address)}(?![\w-])")
    for one in blocks(files):
        text = files[one.file].encode()[one.start : one.end].decode()
        if one != block and named.search(text):
            yield one


def _without(files: Files, going: list[Block]) -> dict[str, str]:
    left = dict(files)
    for one in sorted(going, key=lambda each: (each.file, -each.start)):  # from the end, so that places stay true
        left = without_block(left, one)
    return left


def _changed(files: Files, after: Mapping[str, str]) -> dict[str, str | None]:
    """Return the files that are other than they were; None for one without a word left."""
    return {path: text if text.strip() else None for path, text in after.items() if files.get(path) != text}
