"""The well-known controls: their risk in plain words, whether failing opens something to outsiders, other names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tools.security.control_table import CONTROLS
from tools.security.standards import CIS, PCI, RULES


@dataclass(frozen=True, slots=True)
class Control:
    """What Security Hub checks under one id.

    Attributes:
        id: As in https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html.
        wrong: What is wrong with a resource that fails it, to follow its name: `is open to the internet`.
        risk: What could come of it, one sentence.
        exposed: Whether failing it opens something to anybody outside.
    """

    id: str
    wrong: str
    risk: str
    exposed: bool = False


_KNOWN = {id_: Control(id_, wrong, risk, id_ in exposing) for exposing, lines in CONTROLS for id_, wrong, risk in lines}
_ID = re.compile(r"(?:^|/)(?:PCI\.)?(?P<id>[A-Z][A-Za-z0-9]+\.\d+|\d+(?:\.\d+)+)$")
_CIS = re.compile(r"cis-aws-foundations-benchmark/v/(?P<version>[\d.]+)/(?:rule/)?(?P<id>\d+(?:\.\d+)+)$")
_OWN_RULE = re.compile(r"^securityhub-(?P<name>[a-z0-9-]+)-[0-9a-f]{6,8}$")
"""How Security Hub calls the rules of AWS Config that it makes for itself."""
FIRST = "1.2.0"
"""The version that a number of CIS without one is of: later ones always name theirs."""


def control(name: str) -> Control | None:
    """Return a control that is known here."""
    return _KNOWN.get(name)


def exposes(name: str) -> bool:
    """Tell whether failing a control opens something to anybody outside; of an unknown one it is not said."""
    known = control(name)
    return known is not None and known.exposed


def canonical(named: str) -> str:
    """Return the control's one id for the names that standards and AWS Config give it.

    `cis…/v/1.2.0/rule/4.1`, `PCI.EC2.5` and `restricted-ssh` are EC2.13. What names no control is returned as it is.
    """
    if numbered := _CIS.search(named):
        return CIS.get(numbered["version"], {}).get(numbered["id"]) or f"CIS {numbered['version']} {numbered['id']}"
    own = _OWN_RULE.match(named)
    if (rule := own["name"] if own else named) in RULES:
        return RULES[rule]
    found = _ID.search(named)
    bare = found["id"] if found else named
    return PCI.get(named.rpartition("/")[2]) or CIS[FIRST].get(bare, bare)
