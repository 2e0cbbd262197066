"""`python -m tools.cost totals FILE [DIMENSION…]`: exact totals of a FOCUS file or folder, a line of JSON each."""

import json
import sys
from pathlib import Path

from tools.contract import ToolError
from tools.cost.files import files_in
from tools.cost.focus import opened

ASKED = 3
"""Words it takes at least: itself, `totals`, and where the bill is."""


def main(arguments: list[str]) -> int:
    """Print the totals; amounts are strings, so that no reader makes floats of them."""
    if len(arguments) < ASKED or arguments[1] != "totals":
        sys.stderr.write(f"{__doc__}\n")
        return 2
    place, by = Path(arguments[2]), arguments[ASKED:]
    try:
        with opened(files_in(place), by) as bill:
            for one in bill.totals(by):
                said = {"keys": one.keys, "currency": one.currency, "charges": one.charges}
                told = {"billed": f"{one.billed:f}", "effective": f"{one.effective:f}"}
                sys.stdout.write(json.dumps({**said, **told}) + "\n")
    except ToolError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
