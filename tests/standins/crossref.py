"""Crossref's REST API as a stand-in: a work by its DOI, and the notices that update a work.

Its errors are plain text but for a bad parameter, which is JSON; a `mailto` opens the polite pool.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.standins.faults import Fault
from tests.standins.service import Service, TokenBucket
from tests.standins.wire import Reply, Request
from tests.standins.works import Work, work

JSON = "application/json"
TEXT = "text/plain;charset=utf-8"
#: DOIs that nobody has registered, when the stand-in was given no works and knows all others.
UNREGISTERED = "10.5555/unregistered"
KNOWN_PARAMETERS = frozenset({"filter", "rows", "offset", "select", "mailto"})


class Crossref(Service):
    """`works`: what it knows; None: every DOI, with no notice about any. `rate`: requests a second.

    `says` are headers that every reply has, such as `x-rate-limit-limit`.
    """

    name = "crossref"
    prefix = "/crossref/"
    own_replies = frozenset({"429", "403", "404-page"})
    own_conduct = frozenset({"vanish", "wrong_record", "change", "half_list"})

    def __init__(
        self,
        works: Iterable[Work] | None = None,
        *,
        rate: float | None = None,
        says: Mapping[str, str] | None = None,
        faults: Iterable[Fault] = (),
        log_file: Path | None = None,
    ) -> None:
        super().__init__(faults, log_file)
        self.works = None if works is None else {each["DOI"].lower(): each for each in works}
        self.says = {"x-rate-limit-limit": "50", "x-rate-limit-interval": "1s", **(says or {})}
        self._rate = rate
        self._bucket = TokenBucket()

    def ids_of(self, request: Request) -> list[str]:
        asked = unquote(request.path.removeprefix(f"{self.prefix}works").removeprefix("/"))
        return [asked.lower()] if asked else [_updated_in(request.params)]

    def play(self, name: str, good: Reply, options: Mapping[str, Any]) -> Reply:
        if name == "429":
            retry = {"Retry-After": str(options["retry_after"])} if "retry_after" in options else {}
            return Reply(429, TEXT, b"Too Many Requests", good.headers | retry)
        if name == "403":
            return Reply(403, "text/html", b"<html><h1>403 Forbidden</h1></html>")
        return Reply(404, "text/html", b"<!DOCTYPE html><html><title>Not found</title></html>")

    def answer(self, request: Request, due: list[Fault]) -> Reply:
        if self._rate is not None and self._bucket.take(request.address, self._rate) < 0:
            reply = Reply(429, TEXT, b"Too Many Requests")
        else:
            reply = self._endpoint(request, due)
        says_who = "mailto" in request.params or "mailto:" in request.headers.get("user-agent", "")
        pool = {"x-api-pool": "polite" if says_who else "public"}
        return replace(reply, headers=self.says | pool | reply.headers)

    def _endpoint(self, request: Request, due: list[Fault]) -> Reply:
        path = request.path.removeprefix(self.prefix)
        if path == "works":
            return self._list(request.params, due)
        if path.startswith("works/"):
            return self._one(unquote(path.removeprefix("works/")).lower(), due)
        return Reply(404, TEXT, b"Resource not found.")

    def _one(self, doi: str, due: list[Fault]) -> Reply:
        found = self._known(doi)
        for fault in due:
            match fault.name:
                case "vanish":
                    found = None
                case "wrong_record":
                    found = work(fault.options["instead"])
                case "change":
                    found = work(doi, **fault.options)
        if found is None:
            return Reply(404, TEXT, b"Resource not found.")
        return _said("work", found)

    def _known(self, doi: str) -> Work | None:
        if self.works is None:
            return None if doi.startswith(UNREGISTERED) else work(doi)
        aliases = (each for each in self.works.values() if doi in each.get("aliases", ()))
        return self.works.get(doi) or next(aliases, None)

    def _list(self, params: Mapping[str, str], due: list[Fault]) -> Reply:
        for name in params.keys() - KNOWN_PARAMETERS:
            return _refused(f"Parameter {name} specified but there is no such parameter")
        doi = _updated_in(params)
        if not doi:
            return _refused(f"Filter {params.get('filter')} specified but there is no such filter")
        notices = [
            each
            for each in (self.works or {}).values()
            if any(entry.get("DOI", "").lower() == doi for entry in each.get("update-to", ()))
        ]
        rows = int(params.get("rows", 20))
        items = [_selected(each, params.get("select", "")) for each in notices[:rows]]
        if any(fault.name == "half_list" for fault in due):
            items = items[: len(items) // 2]
        return _said(
            "work-list",
            {
                "facets": {},
                "total-results": len(notices),
                "items": items,
                "items-per-page": rows,
                "query": {"start-index": 0, "search-terms": None},
            },
        )


def _updated_in(params: Mapping[str, str]) -> str:
    found = re.fullmatch(r"updates:(10\.[^,]+)", params.get("filter", ""))
    return found[1].lower() if found else ""


def _selected(whole: Work, select: str) -> Work:
    names = select.split(",") if select else list(whole)
    return {name: whole[name] for name in names if name in whole}


def _said(kind: str, message: object) -> Reply:
    said = {"status": "ok", "message-type": kind, "message-version": "1.0.0", "message": message}
    return Reply(200, JSON, json.dumps(said).encode())


def _refused(why: str) -> Reply:
    failures = [{"type": "parameter-not-allowed", "value": "", "message": why}]
    said = {"status": "failed", "message-type": "validation-failure", "message": failures}
    return Reply(400, JSON, json.dumps(said).encode())
