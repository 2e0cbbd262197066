"""Read payloads, one a line: `python -m bot.intake < file` prints what Infra makes of each, as JSON."""

import json
import sys
from dataclasses import asdict

from bot.intake.reading import parsed, read


def main() -> int:
    """Read lines, each a payload, or an object with `source` and `payload`; write a list of alerts for each."""
    for line in filter(str.strip, sys.stdin):
        told = parsed(line)
        named = isinstance(told, dict) and set(told) == {"source", "payload"}
        source, payload = (str(told["source"]), told["payload"]) if named and isinstance(told, dict) else ("", told)
        found = [asdict(one.alert) | {"key": one.key, "text": one.text} for one in read(source, payload)]
        sys.stdout.write(json.dumps(found, default=str, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
