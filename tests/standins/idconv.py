"""PMC's ID converter as a stand-in: it knows what it is given, and one kind of id a request."""

import json
from collections.abc import Mapping

from tests.standins import bodies
from tests.standins.faults import Fault
from tests.standins.service import Service
from tests.standins.wire import Reply, Request


class IDConverter(Service):
    """`known`: PMID by PMCID or DOI. PMIDs come as numbers, as they do in its first version."""

    name = "idconv"
    prefix = "/tools/idconv/api/v1/articles/"

    def __init__(self, known: Mapping[str, str]) -> None:
        super().__init__()
        self.known = dict(known)

    def ids_of(self, request: Request) -> list[str]:
        return request.params.get("ids", "").split(",")

    def answer(self, request: Request, due: list[Fault]) -> Reply:
        ids = self.ids_of(request)
        if len({each.startswith("PMC") for each in ids}) > 1:
            refusal = {"status": "error", "message": "ids of mixed types"}
            return bodies.reply(400, bodies.JSON, json.dumps(refusal))
        records = [self._converted(each) for each in ids]
        return bodies.reply(200, bodies.JSON, json.dumps({"status": "ok", "records": records}))

    def _converted(self, given: str) -> dict[str, object]:
        if given in self.known:
            return {"requested-id": given, "pmid": int(self.known[given])}
        missing = {"status": "error", "errmsg": "Identifier not found in PMC"}
        return {"requested-id": given, **missing}
