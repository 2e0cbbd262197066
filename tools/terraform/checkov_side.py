"""Runs in checkov's own environment, not ours: judges a folder for each line that comes in, until there are no more.

A line is the JSON text of a folder's path; the answer is a line of JSON in the form of `checkov --output json`.
"""

import contextlib
import importlib
import json
import os
import sys
from typing import Any, TextIO


def main() -> int:
    """Answer on what was standard output; whatever checkov prints goes nowhere."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as answers, _silence() as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
        judge = _judge()
        for line in sys.stdin:
            answers.write(f"{json.dumps(judge(json.loads(line)))}\n")
            answers.flush()
    return 0


def _judge() -> Any:
    """Load checkov, which takes seconds, once; return what judges a folder as its command line does."""
    runner = importlib.import_module("checkov.terraform.runner").Runner
    chosen = importlib.import_module("checkov.runner_filter").RunnerFilter

    def judge(folder: str) -> dict[str, Any]:
        what = chosen(framework=["terraform"], download_external_modules=False)
        failed = runner().run(root_folder=folder, runner_filter=what).failed_checks
        return {"results": {"failed_checks": [_told(one) for one in failed]}}

    return judge


def _told(check: Any) -> dict[str, Any]:
    return {name: getattr(check, name) for name in ("check_id", "check_name", "file_path", "file_line_range")}


def _silence() -> contextlib.AbstractContextManager[TextIO]:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - a device; the caller closes it


if __name__ == "__main__":
    sys.exit(main())
