"""Run the faults and print their table: `python -m tests.faults`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.faults.table import markdown, read


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table"
        file.touch()
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", str(Path(__file__).parent)],
            env={**os.environ, "FAULT_TABLE": str(file)},
            stdout=sys.stderr,
        )
        sys.stdout.write(f"{markdown(read(file))}\n")
    return ended.returncode


if __name__ == "__main__":
    sys.exit(main())
