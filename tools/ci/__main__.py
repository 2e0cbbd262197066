"""Triage logs: a path a line on stdin, a diagnosis in JSON a line on stdout; for scores, and for the curious.

`echo job.log | python -m tools.ci`
"""

import json
import sys
from dataclasses import asdict

from tools.ci.triage import triage


def main() -> None:
    """Triage each log that is named."""
    for path in filter(None, map(str.strip, sys.stdin)):
        with open(path, encoding="utf-8", errors="replace") as log:  # noqa: PTH123 - a line of stdin, opened as it is
            sys.stdout.write(json.dumps(asdict(triage(log))) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
