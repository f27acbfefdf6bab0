"""Run every `bench_*.py`, print a table of ratios and write TRACKER_HOME/bench.json.

`python -m benchmarks parse api` runs only those named. A ratio says how many times as good we are:
above 1 is ahead of the peer, or past what was taken for the limit.
"""

import importlib
import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
PREFIX = "bench_"


def main(names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in available()]
    if unknown:
        sys.exit(f"There is no benchmark {unknown[0]!r}. There are: {', '.join(available())}.")
    results: list[dict[str, Any]] = []
    for name in names or available():
        results += importlib.import_module(f"benchmarks.{PREFIX}{name}").run()
    sys.stdout.write("\n".join(table(results)) + "\n")
    path = home() / "bench.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n")
    sys.stdout.write(f"\nWritten to {path}\n")


def available() -> list[str]:
    return sorted(path.stem.removeprefix(PREFIX) for path in FOLDER.glob(f"{PREFIX}*.py"))


def home() -> Path:
    return Path(os.environ.get("TRACKER_HOME") or FOLDER.parent / "var")


def table(results: Iterable[dict[str, Any]]) -> list[str]:
    """Return the results as lines; the last two columns are how many times as good we are."""
    rows = [("", "ours", "peer", "limit", "of peer", "of limit")]
    for row in results:
        unit = f" {row['unit']}"
        rows.append(
            (
                f"{row['name']} ({row['metric']})",
                _figure(row["ours"]) + unit,
                f"{_figure(row['peer'])} {row['peer_name']}",
                f"{_figure(row['limit'])} {row['limit_name']}",
                f"{row['ratio_to_peer']} x",
                f"{row['ratio_to_limit']} x",
            )
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.3g}"


if __name__ == "__main__":
    main(sys.argv[1:])
