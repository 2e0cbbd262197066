"""Classify commands, one a line: `python -m tools.classify < file` prints a JSON object for each."""

import json
import sys

from tools.classify.judge import judge


def main() -> int:
    """Read lines, each a command or a JSON object with a `command`; write effect and reason."""
    for line in filter(str.strip, sys.stdin):
        command = json.loads(line)["command"] if line.startswith("{") and '"command"' in line else line.rstrip("\n")
        judgment = judge(command)
        told = {"command": command, "effect": judgment.effect.word, "why": judgment.why}
        sys.stdout.write(f"{json.dumps(told, ensure_ascii=False)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
