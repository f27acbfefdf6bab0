"""The stand-ins as a process of their own, steered from the test."""

import json

import pytest
import requests

from tests.standins.log import read_log
from tests.standins.servers import StandinProcess

pytestmark = pytest.mark.slow


def test_process_serves_both_services_and_tells_what_was_asked(tmp_path):
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps({"eutils": [{"name": "E27", "requests": [1]}]}))
    log = tmp_path / "log"

    with StandinProcess(log=log, faults=faults, rate=100) as standin:

        def efetch():
            form = {"id": "1", "retmode": "xml"}
            url = f"{standin.eutils_url}efetch.fcgi"
            return requests.post(url, data=form, timeout=5).status_code

        version = requests.get(f"{standin.clinicaltrials_url}version", timeout=5).json()
        planned = [efetch(), efetch()]
        standin.set_faults("eutils", {"name": "E1"})
        struck = efetch()
        standin.set_faults("eutils")
        asked = standin.log("eutils")
        worst = standin.worst_window("eutils", 60)
        standin.clear_log("eutils")
        cleared = standin.log("eutils")

    assert version["apiVersion"] == "2.0.5"
    assert (planned, struck) == ([502, 200], 429)
    assert [entry.status for entry in asked] == [502, 200, 429]
    assert (worst, cleared) == (3, [])
    assert [entry.service for entry in read_log(log)] == ["clinicaltrials"] + 3 * ["eutils"]


def test_process_says_when_it_cannot_start(tmp_path):
    standin = StandinProcess(faults=tmp_path / "absent.json")

    with pytest.raises(RuntimeError, match="the stand-in ended with 1"):
        standin.__enter__()


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "x/log", 404), ("GET", "eutils/x", 405)]
)
def test_control_refuses_what_it_does_not_know(method, path, status):
    with StandinProcess() as standin:
        reply = requests.request(method, f"{standin.origin}/control/{path}", timeout=5)

    assert reply.status_code == status
