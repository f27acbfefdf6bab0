"""Run the stand-ins as a process: `python -m tests.standins --port 8900 --log requests.ndjson`.

Its first line of output is its address, which serves /entrez/eutils/, /api/v2/, /isrctn/api/
and /crossref/. It ends on SIGTERM or Ctrl-C.
"""

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from tests.standins.clinicaltrials import ClinicalTrials
from tests.standins.control import Control
from tests.standins.crossref import Crossref
from tests.standins.eutils import Eutils
from tests.standins.faults import Fault
from tests.standins.isrctn import ISRCTN
from tests.standins.wire import Server


def read_faults(file: Path | None, service: str) -> list[Fault]:
    """Return one service's faults of a file `{"eutils": [...], "clinicaltrials": [...]}`."""
    planned = json.loads(file.read_text("utf-8")) if file else {}
    return [Fault.from_json(each) for each in planned.get(service, [])]


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.standins")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, help="append each request to this file as a JSON line")
    parser.add_argument("--faults", type=Path, help="JSON: the faults of each service")
    parser.add_argument("--rate", type=float, help="E-utilities: requests per second without a key")
    parser.add_argument("--keyed-rate", type=float, help="the same with a key")
    parser.add_argument("--trial-rate", type=float, help="ClinicalTrials.gov: requests per second")
    parser.add_argument("--work-rate", type=float, help="Crossref: requests per second")
    return parser.parse_args()


def main() -> None:
    said = parse_arguments()
    eutils = Eutils(
        rate=said.rate,
        keyed_rate=said.keyed_rate,
        faults=read_faults(said.faults, Eutils.name),
        log_file=said.log,
    )
    trials = ClinicalTrials(
        rate=said.trial_rate,
        faults=read_faults(said.faults, ClinicalTrials.name),
        log_file=said.log,
    )
    isrctn = ISRCTN(faults=read_faults(said.faults, ISRCTN.name), log_file=said.log)
    crossref = Crossref(
        rate=said.work_rate,
        faults=read_faults(said.faults, Crossref.name),
        log_file=said.log,
    )
    services = (eutils, trials, isrctn, crossref)
    server = Server(*services, Control(*services), port=said.port)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *details: ended.set())
    server.start()
    sys.stdout.write(f"{server.origin}\n")
    sys.stdout.flush()
    ended.wait()
    server.close()


if __name__ == "__main__":
    main()
