"""Look at series, one a line of JSON: `python -m tools.metrics < file` prints their alarms, or their forecasts."""

import json
import sys

import numpy as np

from tools.metrics.anomaly import anomalies
from tools.metrics.forecasting import Forecast, forecast


def main() -> int:
    """Read JSON objects with `values`, and for a forecast `ahead` and `season` in steps; write one object for each."""
    for line in filter(str.strip, sys.stdin):
        asked = json.loads(line)
        values = np.array(asked["values"], dtype=np.float64)
        if "ahead" in asked:
            told = forecast(values, int(asked["ahead"]), int(asked["season"]))
            answer: dict[str, object] = {"forecast": list(told.values) if isinstance(told, Forecast) else None}
        else:
            answer = {"anomalies": anomalies(values)}
        sys.stdout.write(f"{json.dumps(answer)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
