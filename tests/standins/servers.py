"""The stand-ins as servers: in the test's own process, or (`StandinProcess`) in one of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Self
from urllib.request import ProxyHandler, Request, build_opener

from tests.standins.clinicaltrials import ClinicalTrials
from tests.standins.control import Control
from tests.standins.crossref import Crossref
from tests.standins.eutils import Eutils
from tests.standins.idconv import IDConverter
from tests.standins.isrctn import ISRCTN
from tests.standins.log import Entry, worst_window
from tests.standins.records import ROOT
from tests.standins.service import Service
from tests.standins.wire import Server

#: A stand-in is on loopback: whatever proxy the environment names, it is not for us.
DIRECT = build_opener(ProxyHandler({}))


class InProcess(Service):
    """A service that is a server for as long as a `with` block lasts."""

    def __enter__(self) -> Self:
        self._server = Server(self)
        self._server.start()
        return self

    def __exit__(self, *details: object) -> None:
        self._server.close()

    @property
    def url(self) -> str:
        return self._server.origin + self.prefix


class EutilsStandin(InProcess, Eutils):
    """`with EutilsStandin() as standin: PubMed(base_url=standin.url, ...)`."""


class ClinicalTrialsStandin(InProcess, ClinicalTrials):
    """`with ClinicalTrialsStandin() as standin: ClinicalTrials(base_url=standin.url, ...)`."""


class CrossrefStandin(InProcess, Crossref):
    """`with CrossrefStandin() as standin: Crossref(base_url=standin.url, ...)`."""


class IDConverterStandin(InProcess, IDConverter):
    """`with IDConverterStandin({"PMC1": "11"}) as standin: Entrez(idconv_url=standin.url, ...)`."""


class ISRCTNStandin(InProcess, ISRCTN):
    """`with ISRCTNStandin() as standin: ISRCTN(base_url=standin.url, ...)`."""


class StandinProcess:
    """All services in a process of their own, for tests that start workers.

    Its options are those of `python -m tests.standins`, as in `StandinProcess(rate=3)`.
    """

    def __init__(self, **options: Any) -> None:
        self._options = options

    def __enter__(self) -> Self:
        said = [f"--{name.replace('_', '-')}={value}" for name, value in self._options.items()]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.standins", *said],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.origin = self._process.stdout.readline().strip()
        if not self.origin:
            self._process.communicate()
            raise RuntimeError(f"the stand-in ended with {self._process.returncode}")
        return self

    def __exit__(self, *details: object) -> None:
        self._process.terminate()
        self._process.communicate()

    @property
    def eutils_url(self) -> str:
        return self.origin + Eutils.prefix

    @property
    def clinicaltrials_url(self) -> str:
        return self.origin + ClinicalTrials.prefix

    @property
    def isrctn_url(self) -> str:
        return self.origin + ISRCTN.prefix

    @property
    def crossref_url(self) -> str:
        return self.origin + Crossref.prefix

    def log(self, service: str) -> list[Entry]:
        """Return what "eutils", "clinicaltrials", "isrctn" or "crossref" was asked so far."""
        return [Entry(**each) for each in self._control("GET", f"{service}/log")]

    def clear_log(self, service: str) -> None:
        self._control("DELETE", f"{service}/log")

    def set_faults(self, service: str, *faults: Mapping[str, Any]) -> None:
        """Set the faults, each as in JSON: `{"name": "E1", "requests": [2]}`; none: all is well."""
        self._control("PUT", f"{service}/faults", list(faults))

    def worst_window(self, service: str, seconds: float = 1.0) -> int:
        return worst_window((entry.at for entry in self.log(service)), seconds)

    def _control(self, method: str, path: str, content: object = None) -> Any:
        body = None if content is None else json.dumps(content).encode()
        request = Request(f"{self.origin}{Control.prefix}{path}", body, method=method)  # noqa: S310
        with DIRECT.open(request, timeout=30) as reply:
            return json.load(reply)
