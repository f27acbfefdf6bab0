"""ClinicalTrials.gov's API v2 as a stand-in: studies by number, by list of numbers, and /version.

Its errors are plain text, never JSON; an NCT number that was merged answers 301 to the one it became.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.standins.faults import Fault
from tests.standins.service import Service, TokenBucket
from tests.standins.trials import all_trials, identification, study
from tests.standins.wire import Reply, Request

NCT = re.compile(r"NCT0*[1-9]\d{0,7}", re.IGNORECASE)
JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
EMPTY_LIST = b'{"studies":[  ]}'
KNOWN_PARAMETERS = frozenset({"filter.ids", "pageSize", "pageToken", "countTotal", "format"})


def text(status: int, body: str) -> Reply:
    return Reply(status, TEXT, body.encode())


class ClinicalTrials(Service):
    """`rate`: requests per second; None: unlimited. `aliases`: merged numbers and what they became."""

    name = "clinicaltrials"
    prefix = "/api/v2/"
    own_replies = frozenset({"429", "404-page", "unknown"})
    own_conduct = frozenset({"vanish", "wrong_record", "change"})

    def __init__(
        self,
        studies: Mapping[str, bytes] | None = None,
        *,
        rate: float | None = None,
        aliases: Mapping[str, str] | None = None,
        faults: Iterable[Fault] = (),
        log_file: Path | None = None,
    ) -> None:
        super().__init__(faults, log_file)
        self.studies = dict(all_trials() if studies is None else studies)
        self.aliases = self._aliases() | dict(aliases or {})
        self._rate = rate
        self._bucket = TokenBucket()

    def ids_of(self, request: Request) -> list[str]:
        return [
            each.upper()
            for each in NCT.findall(request.path + request.params.get("filter.ids", ""))
        ]

    def play(self, name: str, good: Reply, options: Mapping[str, Any]) -> Reply:
        if name == "429":
            retry = {"Retry-After": str(options["retry_after"])} if "retry_after" in options else {}
            return replace(text(429, "Too Many Requests"), headers=retry)
        if name == "404-page":
            return Reply(
                404, "text/html", b"<!DOCTYPE html><html><title>Page not found</title></html>"
            )
        return text(404, f"NCT number {options.get('nct', 'NCT99999999')} not found")

    def answer(self, request: Request, due: list[Fault]) -> Reply:
        headers = {"server": "istio-envoy"}
        if self._rate is not None and self._bucket.take(request.address, self._rate) < 0:
            reply = text(429, "Too Many Requests")
        else:
            reply = self._endpoint(request, due)
        if reply.status == 200:
            etag = f'"{hashlib.sha256(reply.body).hexdigest()[:32]}"'
            headers["ETag"] = etag
            if request.headers.get("if-none-match") == etag:
                reply = Reply(304, JSON)
        return replace(reply, headers=headers | reply.headers)

    def _aliases(self) -> dict[str, str]:
        return {
            alias: nct
            for nct, data in self.studies.items()
            if b"nctIdAliases" in data
            for alias in identification(data).get("nctIdAliases", ())
        }

    def _endpoint(self, request: Request, due: list[Fault]) -> Reply:
        path = request.path.removeprefix(self.prefix)
        if path == "version":
            version = {"apiVersion": "2.0.5", "dataTimestamp": "2026-08-28T09:00:06"}
            return Reply(200, JSON, json.dumps(version).encode())
        if path == "studies":
            return self._list(request.params)
        if path.startswith("studies/"):
            return self._study(path.removeprefix("studies/"), due)
        return Reply(404, "text/html", b"<!DOCTYPE html><html><title>Page not found</title></html>")

    def _study(self, asked: str, due: list[Fault]) -> Reply:
        if not NCT.fullmatch(asked):
            return text(400, "Parameter `nctId` has incorrect format")
        nct = canonical(asked)
        if nct in self.aliases:
            moved = f"{self.prefix}studies/{self.aliases[nct]}"
            return Reply(301, TEXT, b"", {"Location": moved})
        data = self.studies.get(nct)
        for fault in due:
            data = self._tamper(fault, nct, data)
        if data is None:
            return text(404, f"NCT number {nct} not found")
        return Reply(200, JSON, data)

    def _tamper(self, fault: Fault, nct: str, data: bytes | None) -> bytes | None:
        match fault.name:
            case "vanish":
                return None
            case "wrong_record":
                return self.studies[fault.options["instead"]]
            case "change":
                return study(nct, **fault.options)
        return data

    def _list(self, params: Mapping[str, str]) -> Reply:
        for name in params.keys() - KNOWN_PARAMETERS:
            return text(400, f"`{name}` is unknown parameter")
        asked = params["filter.ids"].split(",") if "filter.ids" in params else sorted(self.studies)
        for position, each in enumerate(asked, start=1):
            if not NCT.fullmatch(each):
                return text(400, f"Item {position} in parameter `filter.ids` has incorrect format")
        found = [self.studies[canonical(each)] for each in asked if canonical(each) in self.studies]
        return self._page(found, params)

    def _page(self, found: list[bytes], params: Mapping[str, str]) -> Reply:
        size = min(int(params.get("pageSize") or 10) or 10, 1000)
        start = int(params.get("pageToken") or 0)
        page: dict[str, Any] = (
            {"totalCount": len(found)} if params.get("countTotal") == "true" else {}
        )
        if not found and not page:
            return Reply(200, JSON, EMPTY_LIST)
        page["studies"] = [json.loads(each) for each in found[start : start + size]]
        if start + size < len(found):
            page["nextPageToken"] = str(start + size)
        return Reply(200, JSON, json.dumps(page).encode())


def canonical(nct: str) -> str:
    """Return an NCT number with eight digits."""
    return f"NCT{int(nct[3:]):08d}"
