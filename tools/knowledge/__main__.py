"""Search the runbooks from a shell: a query a line in, the runbooks of the passages found for each out (JSON)."""

import json
import sys

from config.settings import settings
from tools.knowledge.memory import MOST
from tools.knowledge.ranking import has_meaning, ranked
from tools.knowledge.steps import passages


def main() -> int:
    """Answer every line of the input, by words alone and, where the library is installed, by meaning too."""
    known = passages(settings().infra_config / "runbooks")
    by_id = {one.id: one.runbook for one in known}
    documents = [one.document for one in known]
    for line in sys.stdin:
        words = [by_id[one.id] for one in ranked(documents, line, MOST, meaning=False)]
        both = [by_id[one.id] for one in ranked(documents, line, MOST)] if has_meaning() else None
        sys.stdout.write(json.dumps({"words": words, "meaning": both, "runbooks": sorted(set(by_id.values()))}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
