"""How a test steers a stand-in that is another process: its log and its faults, over HTTP."""

import json
from dataclasses import asdict

from tests.standins.faults import Fault
from tests.standins.service import Service
from tests.standins.wire import Reply, Request


class Control:
    """`<service>/log`: GET, DELETE. `<service>/faults`: PUT a list of faults. No proper service."""

    prefix = "/control/"

    def __init__(self, *services: Service) -> None:
        self._services = {service.name: service for service in services}

    def reply_to(self, request: Request) -> Reply:
        name, _, what = request.path.removeprefix(self.prefix).partition("/")
        if name not in self._services:
            return Reply(404)
        service = self._services[name]
        match request.method, what:
            case "GET", "log":
                return _json([asdict(entry) for entry in service.log.entries])
            case "DELETE", "log":
                service.log.clear()
            case "PUT", "faults":
                service.faults.set(Fault.from_json(each) for each in json.loads(request.body))
            case _:
                return Reply(405)
        return _json(None)


def _json(content: object) -> Reply:
    return Reply(200, "application/json", json.dumps(content).encode())
