"""What the ledger ends with after each answer that a service is known to give, over real HTTP."""

from datetime import timedelta

import pytest

from sources.actions import batches, budget
from sources.actions.clock import database_now
from sources.actions.fetching import request_fetch
from sources.clinicaltrials import ClinicalTrials
from sources.models import FetchAttempt, FetchRequest, Payload, Publication, Service, Trial
from sources.pubmed import PubMed
from tests.standins import bodies
from tests.standins.faults import WIRE_FAULTS, fault
from tests.standins.records import article
from tests.standins.servers import ClinicalTrialsStandin, EutilsStandin
from tests.standins.trials import study

pytestmark = pytest.mark.django_db

RECORDS = {pmid: article(pmid, f"Título {pmid}") for pmid in ("123", "3531190")}
STUDIES = {nct: study(nct, f"Study {nct}") for nct in ("NCT00790205", "NCT01107886")}
LATER = timedelta(hours=7)
PAUSE = batches.BLOCKED_FOR.total_seconds()

#: Row: state, outcome, status, seconds until the next attempt, setbacks, whether all is paused.
RATE = ("queued", "rate_limited")
SERVER = ("queued", "server_error")
UNREADABLE = ("queued", "bad_payload")
REFUSED = ("failed", "rejected")
ENDS = {
    "E1": (*RATE, 429, 2, 0, False),
    "E1-older": (*RATE, 429, 30, 0, False),
    "E1-without-retry-after": (*RATE, 429, 30, 0, False),
    "E1-as-200": (*RATE, 200, 30, 0, False),
    "E2": (*REFUSED, 400, 0, 0, False),
    "E3": (*REFUSED, 400, 0, 0, False),
    "E3-text": (*REFUSED, 400, 0, 0, False),
    "E8": (*REFUSED, 400, 0, 0, False),
    "E9": (*REFUSED, 400, 0, 0, False),
    "E10": (*SERVER, 200, 30, 1, False),
    "E10-as-400": (*SERVER, 400, 30, 1, False),
    "E10-json": (*SERVER, 200, 30, 1, False),
    "E10-html": (*UNREADABLE, 200, 30, 1, False),
    "E10-empty": (*UNREADABLE, 200, 30, 1, False),
    "E11": (*SERVER, 400, 30, 1, False),
    "E11-pubone": (*SERVER, 400, 30, 1, False),
    "E12": (*SERVER, 400, 30, 1, False),
    "E13": (*SERVER, 200, 30, 1, False),
    "E13-xml": (*REFUSED, 200, 0, 0, False),
    "E14": (*SERVER, 200, 30, 1, False),
    "E14-json": (*SERVER, 200, 30, 1, False),
    "E15": (*REFUSED, 200, 0, 0, False),
    "E15-efetch": (*REFUSED, 200, 0, 0, False),
    "E15-json": (*SERVER, 200, 30, 1, False),
    "E15-esummary": (*SERVER, 200, 30, 1, False),
    "E15-epost": (*REFUSED, 200, 0, 0, False),
    "E16": (*REFUSED, 400, 0, 0, False),
    "E17": (*SERVER, 200, 30, 1, False),
    "E17-json": (*SERVER, 200, 30, 1, False),
    "E18": (*SERVER, 200, 30, 1, False),
    "E18-json": (*SERVER, 200, 30, 1, False),
    "E19": (*SERVER, 200, 30, 1, False),
    "E19-json": (*SERVER, 200, 30, 1, False),
    "E20": (*SERVER, 200, 30, 1, False),
    "E21": (*REFUSED, 200, 0, 0, False),
    "E21-empty": (*REFUSED, 200, 0, 0, False),
    "E22": (*REFUSED, 200, 0, 0, False),
    "E23": (*SERVER, 200, 30, 1, False),
    "E23-efetch": (*SERVER, 200, 30, 1, False),
    "E23-elink": (*SERVER, 200, 30, 1, False),
    "E24": (*UNREADABLE, 200, 30, 1, False),
    "E25": (*UNREADABLE, 200, 30, 1, False),
    "E25-as-500": (*SERVER, 500, 30, 1, False),
    "E26": ("queued", "rejected", 302, PAUSE, 0, True),
    "E26-page": ("queued", "rejected", 200, PAUSE, 0, True),
    "E27": (*SERVER, 502, 30, 1, False),
    "E27-as-500": (*SERVER, 500, 30, 1, False),
    "E28": (*SERVER, 502, 30, 1, False),
    "E28-json": (*SERVER, 200, 30, 1, False),
    "E30": (*UNREADABLE, 200, 30, 1, False),
    "503": (*SERVER, 503, 7, 1, False),
    "504": (*SERVER, 504, 30, 1, False),
    "501": (*REFUSED, 501, 0, 0, False),
    "414": (*REFUSED, 414, 0, 0, False),
}

ACCIDENTS = {
    "html": (fault("html"), *UNREADABLE, 200, 30, 1),
    "html 502": (fault("html", status=502), *SERVER, 502, 30, 1),
    "silent": (fault("silent"), "queued", "network", None, 30, 0),
    "drip": (fault("drip", seconds=0.01), *UNREADABLE, 200, 30, 1),
    "slow": (fault("slow", seconds=3), "queued", "network", None, 30, 0),
    "bomb": (fault("bomb", megabytes=30), *UNREADABLE, 200, 30, 1),
    "close": (fault("close"), "queued", "network", None, 30, 0),
    "reset": (fault("reset"), "queued", "network", None, 30, 0),
    "E29": (fault("E29"), "queued", "network", None, 30, 0),
    "E29-closed": (fault("E29-closed"), "queued", "network", None, 30, 0),
    "status": (fault("status", status=418), *REFUSED, 418, 0, 0),
    **{
        f"{how} {at}": (fault(how, at=at), *UNREADABLE, 200, 30, 1)
        for how in ("cut", "truncate")
        for at in ("in_character", "in_tag", "in_record", "before_end", 0)
    },
}


@pytest.fixture
def ask_pubmed():
    """Return a function that asks for both records of a stand-in with faults, at a moment."""

    def ask(standin, at):
        client = PubMed(base_url=standin.url, tool="t", read_timeout=0.5, deadline=1.5)
        with client:
            return batches.fetch_publications(client=client, clock=lambda: at)

    return ask


def ends():
    """Return how the requests stand, which all went in one batch, so they stand alike."""
    [seen] = {
        (r.state, a.outcome, a.http_status, r.next_attempt_at - a.at, r.setbacks)
        for r in FetchRequest.objects.all()
        for a in r.attempt_log.all()
    }
    state, outcome, status, wait, setbacks = seen
    seconds = 0 if state == "failed" else wait.total_seconds()
    return state, outcome, status, seconds, setbacks


def check_recovery(ask, standin, now):
    """Let time go by: what waited is fetched, what was refused is not asked for again."""
    state = FetchRequest.objects.first().state
    standin.faults.set([])
    budget.resume(Service.PUBMED)
    asked = len(standin.log)
    ask(standin, now + LATER)
    expected = 0 if state == "failed" else 1
    assert len(standin.log) - asked == expected
    assert {r.state for r in FetchRequest.objects.all()} == {
        "failed" if state == "failed" else "succeeded"
    }
    assert Publication.objects.count() == Payload.objects.count() == 2 * expected


@pytest.mark.parametrize("name", ENDS)
def test_ledger_after_each_row_of_the_error_table(ask_pubmed, name):
    now = database_now()
    request_fetch(Service.PUBMED, RECORDS, by=None, now=now)

    with EutilsStandin(RECORDS, faults=[fault(name)]) as standin:
        ask_pubmed(standin, now)

        assert (*ends(), budget.is_paused(Service.PUBMED)) == ENDS[name]
        assert FetchAttempt.objects.count() == 2
        assert not Publication.objects.exists()
        assert not FetchRequest.objects.filter(last_error="").exists()
        check_recovery(ask_pubmed, standin, now)


@pytest.mark.parametrize("name", ACCIDENTS)
def test_ledger_after_each_accident_on_the_way(ask_pubmed, name):
    accident, *expected = ACCIDENTS[name]
    now = database_now()
    request_fetch(Service.PUBMED, RECORDS, by=None, now=now)

    with EutilsStandin(RECORDS, faults=[accident]) as standin:
        ask_pubmed(standin, now)

        assert list(ends()) == expected
        assert not budget.is_paused(Service.PUBMED)
        assert not Publication.objects.exists()
        check_recovery(ask_pubmed, standin, now)


def test_tables_leave_no_row_and_no_accident_out():
    rows = ENDS.keys() | {name for name in ACCIDENTS if name.startswith("E")}

    assert rows | {"E4"} == bodies.ERRORS.keys()
    assert WIRE_FAULTS.keys() <= {accident.name for accident, *_ in ACCIDENTS.values()}


def test_block_lets_no_other_request_leave(ask_pubmed):
    now = database_now()
    request_fetch(Service.PUBMED, ["123"], by=None, now=now)

    with EutilsStandin(RECORDS, faults=[fault("E26")]) as standin:
        ask_pubmed(standin, now)
        request_fetch(Service.PUBMED, ["3531190"], by=None, now=now)
        assert ask_pubmed(standin, now + LATER) == 0

        assert standin.log.ids == ["123"]


def states():
    return dict(FetchRequest.objects.values_list("identifier", "state"))


def test_unknown_id_is_not_found_and_the_others_of_its_batch_are_kept(ask_pubmed):
    """E4 and E5: nothing says which are missing."""
    now = database_now()
    request_fetch(Service.PUBMED, ["123", "999999999", "3531190"], by=None, now=now)

    with EutilsStandin(RECORDS) as standin:
        ask_pubmed(standin, now)

    assert states() == {"123": "succeeded", "999999999": "not_found", "3531190": "succeeded"}
    assert {p.pmid for p in Publication.objects.all()} == {"123", "3531190"}


def test_record_of_another_is_not_taken_for_the_one_asked(ask_pubmed):
    """Efetch leaves it out and says nothing; esummary knows it, so it is asked for again."""
    now = database_now()
    request_fetch(Service.PUBMED, ["123"], by=None, now=now)
    planned = fault("wrong_record", ids=["123"], instead="3531190")

    with EutilsStandin(RECORDS, faults=[planned]) as standin:
        ask_pubmed(standin, now)
        assert not Publication.objects.exists()
        before = states()
        standin.faults.set([])
        ask_pubmed(standin, now + LATER)

    assert (before, states()) == ({"123": "queued"}, {"123": "succeeded"})
    assert [p.pmid for p in Publication.objects.all()] == ["123"]


def test_record_that_vanished_keeps_what_was_known_of_it(ask_pubmed):
    now = database_now()
    with EutilsStandin(RECORDS) as standin:
        request_fetch(Service.PUBMED, ["123"], by=None, now=now)
        ask_pubmed(standin, now)
        before = Publication.objects.values().get()
        del standin.records["123"]
        request_fetch(Service.PUBMED, ["123"], by=None, now=now)
        ask_pubmed(standin, now + LATER)

    assert [r.state for r in FetchRequest.objects.order_by("pk")] == ["succeeded", "not_found"]
    after = Publication.objects.values().get()
    assert (after["title"], after["fetched_at"]) == (before["title"], before["fetched_at"])


@pytest.mark.parametrize(
    ("name", "changed", "payloads"),
    [
        ({"name": "replace", "old": "Título", "new": "Neuer Titel"}, {"title"}, 2),
        ({"name": "retract"}, {"integrity"}, 2),
        # An older copy, of a server that lags behind, is written over nothing.
        ({"name": "revise", "date": "2019-01-31"}, set(), 1),
    ],
)
def test_change_between_two_fetches_keeps_both_payloads(ask_pubmed, name, changed, payloads):
    now = database_now()
    with EutilsStandin(RECORDS) as standin:
        request_fetch(Service.PUBMED, ["123"], by=None, now=now)
        ask_pubmed(standin, now)
        before = Publication.objects.values().get()
        standin.faults.set([fault(**name)])
        request_fetch(Service.PUBMED, ["123"], by=None, now=now)
        ask_pubmed(standin, now + LATER)
    after = Publication.objects.values().get()

    columns = {"title", "standing", "integrity", "abstract_state", "doi", "year"}
    assert {column for column in columns if before[column] != after[column]} == changed
    assert Payload.objects.filter(identifier="123").count() == payloads
    assert {r.state for r in FetchRequest.objects.all()} == {"succeeded"}


#: ClinicalTrials.gov: fault, state, outcome, status, seconds until the next attempt, setbacks.
TRIALS = {
    "429": (fault("429"), *RATE, 429, 30, 0),
    "429 with a time": (fault("429", retry_after=9), *RATE, 429, 9, 0),
    "404 of the API": (fault("vanish"), "not_found", "not_found", 404, 0, 0),
    "404 about another number": (fault("unknown"), *SERVER, 404, 30, 1),
    "404 page of the edge": (fault("404-page"), *SERVER, 404, 30, 1),
    "502 page of the edge": (fault("html", status=502), *SERVER, 502, 30, 1),
    "page as 200": (fault("html"), *UNREADABLE, 200, 30, 1),
    "400": (fault("status", status=400, body="`x` is unknown parameter"), *REFUSED, 400, 0, 0),
    "another study": (
        fault("wrong_record", ids=["NCT00790205"], instead="NCT01107886"),
        *UNREADABLE,
        200,
        30,
        1,
    ),
    "cut": (fault("cut", at=100), *UNREADABLE, 200, 30, 1),
    "truncated": (fault("truncate", at=100), *UNREADABLE, 200, 30, 1),
    "silent": (fault("silent"), "queued", "network", None, 30, 0),
    "reset": (fault("reset"), "queued", "network", None, 30, 0),
}


@pytest.mark.parametrize("name", TRIALS)
def test_ledger_after_each_answer_of_the_registry(name):
    played, state, *expected = TRIALS[name]
    now = database_now()
    request_fetch(Service.CLINICALTRIALS, ["NCT00790205"], by=None, now=now)

    with (
        ClinicalTrialsStandin(STUDIES, faults=[played]) as standin,
        ClinicalTrials(
            base_url=standin.url, user_agent="t", read_timeout=0.5, deadline=1.5
        ) as client,
    ):
        batches.fetch_trial(client=client, clock=lambda: now)

    ended = (*ends()[:3], 0 if state == "not_found" else ends()[3], ends()[4])
    assert ended == (state, *expected)
    assert not Trial.objects.exists()


def test_merged_trial_is_stored_under_the_number_it_became():
    now = database_now()
    merged = {"NCT00790205": study("NCT00790205", "Kept", aliases=["NCT00000009"])}
    request_fetch(Service.CLINICALTRIALS, ["NCT00000009"], by=None, now=now)

    with (
        ClinicalTrialsStandin(merged) as standin,
        ClinicalTrials(base_url=standin.url, user_agent="t") as client,
    ):
        batches.fetch_trial(client=client, clock=lambda: now)

    assert states() == {"NCT00000009": "succeeded"}
    assert [trial.title for trial in Trial.objects.all()] == ["Kept"]
