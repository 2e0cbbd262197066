"""Kubernetes quantities, such as 250m, 1Gi and 2e3."""

import re

SUFFIXES = {
    "n": 1e-9,
    "u": 1e-6,
    "m": 1e-3,
    "": 1.0,
    "k": 1e3,
    "M": 1e6,
    "G": 1e9,
    "T": 1e12,
    "P": 1e15,
    "E": 1e18,
    "Ki": 2.0**10,
    "Mi": 2.0**20,
    "Gi": 2.0**30,
    "Ti": 2.0**40,
    "Pi": 2.0**50,
    "Ei": 2.0**60,
}
"""https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/"""


def quantity(written: object) -> float:
    """Return a quantity in its base unit (cores, bytes, pieces); 0 for what is none."""
    hit = re.fullmatch(r"([+-]?\d{1,30}(?:\.\d{0,30})?(?:[eE][+-]?\d{1,2})?)([numkMGTPE]i?|Ki)?", str(written).strip())
    if hit is None:
        return 0.0
    return float(hit[1]) * SUFFIXES.get(hit[2] or "", 0.0)
