"""A DOI or a citation proposes a PMID; it is offered only if the record says the same."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from sources.actions import budget
from sources.actions.lookup import CannotLookUp, accept_offer, look_up
from sources.entrez import Entrez, History
from sources.models import FetchRequest, Publication, Service
from sources.pubmed import Rejected, Unavailable
from tests.desk import person
from tests.factories import NOW, PublicationFactory, UserFactory
from tests.standins.faults import fault
from tests.standins.records import article
from tests.standins.servers import EutilsStandin, IDConverterStandin

RECORDS = {
    "11": article("11", "Leeches", doi="10.5555/other", first_author="Roe R", year=2001),
    "12": article("12", "Insulin", doi="10.5555/Mine", first_author="Doe J", year=2019),
    "13": article("13", "Insulin again", doi="10.5555/z", first_author="Doe J", year=2019),
}
CITED = "Doe J. Insulin. Lancet. 2019;394:121-130."


@pytest.fixture
def standin(settings):
    with EutilsStandin(RECORDS) as server:
        settings.EUTILS_URL = server.url
        yield server


def client_of(standin):
    return Entrez(base_url=standin.url, tool="claim-tracker", deadline=5.0)


def found_by(standin, text):
    with client_of(standin) as client:
        return look_up(text, client=client)


def test_doi_is_offered_when_the_record_has_it(standin):
    found = found_by(standin, "https://doi.org/10.5555/MINE")

    assert found.offer.pmid == "12"
    assert [check.agrees for check in found.offer.checks] == [True, None, None, None]


def test_paper_found_by_the_words_of_an_unknown_doi_is_not_offered(standin):
    found = found_by(standin, "10.5555/not-indexed")

    assert [candidate.pmid for candidate in found.candidates] == ["11"]
    assert (found.offer, found.is_ambiguous) == (None, False)


@pytest.mark.parametrize(
    ("pmid", "text", "offered"),
    [
        ("12", CITED, "12"),
        ("12", CITED.replace("Doe", "Roe"), None),
        ("12", CITED.replace("2019", "2018"), None),
        ("11", CITED, None),
        ("NOT_FOUND", CITED, None),
        ("AMBIGUOUS 11,12", CITED, "12"),
        ("AMBIGUOUS 12,13", CITED, None),
    ],
)
def test_citation_is_offered_only_with_the_right_year_and_author(standin, pmid, text, offered):
    standin.citations["lancet|394|121"] = pmid

    found = found_by(standin, text)

    assert (found.offer and found.offer.pmid) == offered
    assert found.is_ambiguous is (pmid == "AMBIGUOUS 12,13")


def test_text_that_says_too_little_is_refused_before_any_request(standin):
    with pytest.raises(CannotLookUp, match="Give a DOI"):
        found_by(standin, "a paper on insulin")

    assert len(standin.log) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "is_paused"), [("E1", False), ("E26", True), ("E27", False)])
def test_service_that_does_not_answer_is_told_and_a_block_pauses_all(standin, name, is_paused):
    standin.faults.set([fault(name)])

    with pytest.raises(CannotLookUp):
        found_by(standin, "10.5555/mine")

    assert budget.is_paused(Service.PUBMED) is is_paused


@pytest.mark.django_db
def test_accepting_makes_the_paper_known_once():
    ada = UserFactory()

    first = accept_offer("12", doi="", by=ada, now=NOW)
    second = accept_offer("12", doi="", by=ada, now=NOW)

    assert first == second
    assert [r.identifier for r in FetchRequest.objects.all()] == ["12"]


@pytest.mark.django_db
def test_accepting_gives_the_pmid_to_the_publication_with_that_doi():
    known = PublicationFactory(pmid=None, doi="10.5555/mine")

    accepted = accept_offer("12", doi="10.5555/mine", by=UserFactory(), now=NOW)

    assert (accepted.pk, accepted.pmid) == (known.pk, "12")
    assert [r.identifier for r in FetchRequest.objects.all()] == ["12"]


@pytest.mark.django_db
def test_a_pmid_that_another_row_has_is_not_taken_from_it():
    known = PublicationFactory(pmid=None, doi="10.5555/mine")
    other = PublicationFactory(pmid="12")

    assert accept_offer("12", doi="10.5555/mine", by=UserFactory(), now=NOW) == other

    known.refresh_from_db()
    assert known.pmid is None


@pytest.mark.django_db
def test_command_prints_checks_and_stores_nothing(standin, capsys):
    call_command("lookup", "10.5555/mine", "--json")

    told = json.loads(capsys.readouterr().out)
    assert told["offer"] == "12"
    assert not Publication.objects.exists()

    call_command("lookup", "10.5555/mine")
    assert "Offered: PMID 12." in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("10.5555/no", "No proposed record stands every check"),
        ("insulin", "Give a DOI"),
        (CITED, "no record"),
    ],
)
def test_command_fails_when_nothing_is_offered(standin, text, why):
    with pytest.raises(CommandError, match=why):
        call_command("lookup", text)


@pytest.mark.django_db
def test_reviewer_looks_up_and_takes_an_offer(client, standin):
    client.force_login(person("reviewer", "ada"))
    url = reverse("admin:sources_publication_lookup")

    page = client.post(url, {"text": "10.5555/mine"})

    assert page.context["found"].offer.pmid == "12"
    assert "Take PMID 12" in page.content.decode()
    assert not Publication.objects.exists()

    taken = client.post(url, {"accept": "12", "doi": "10.5555/mine"})

    paper = Publication.objects.get()
    assert (paper.pmid, taken.status_code) == ("12", 302)
    assert url in client.get(reverse("admin:sources_publication_changelist")).content.decode()


@pytest.mark.django_db
def test_words_that_pubmed_left_out_of_the_search_are_told(client, standin, capsys):
    client.force_login(person("reviewer", "ada"))

    standin.faults.set([fault("E18-json", times=1)])
    page = client.post(reverse("admin:sources_publication_lookup"), {"text": "10.5555/fleegle"})
    standin.faults.set([fault("E18-json", times=1)])
    with pytest.raises(CommandError, match="stands every check"):
        call_command("lookup", "10.5555/fleegle")

    assert page.context["found"].ignored == ("fleegle[DOI]",)
    assert "left out of the search: <q>fleegle[DOI]</q>" in page.content.decode()
    assert "PubMed left out of the search: fleegle[DOI]" in capsys.readouterr().out


@pytest.mark.django_db
def test_page_says_what_is_wrong_and_takes_no_junk(client, standin):
    client.force_login(person("reviewer", "ada"))
    url = reverse("admin:sources_publication_lookup")

    refused = client.post(url, {"text": "insulin"})
    junk = client.post(url, {"accept": "ABC123"})

    assert "Give a DOI" in refused.content.decode()
    assert (junk.status_code, Publication.objects.count()) == (302, 0)


@pytest.mark.django_db
def test_page_is_for_those_who_may_add(client):
    client.force_login(UserFactory(is_staff=True))

    assert client.get(reverse("admin:sources_publication_lookup")).status_code == 403


def test_history_is_posted_once_and_fetched_page_by_page(standin):
    with client_of(standin) as client:
        history = client.post(["11", "12", "13"])
        pages = [client.fetch_page(history, start=start, most=2) for start in (0, 2)]

    assert history.count == 3
    assert [list(page) for page in pages] == [["11", "12"], ["13"]]
    assert [entry.method for entry in standin.log.entries] == ["POST"] * 3


@pytest.mark.parametrize(
    ("start", "most", "count"),
    [(9_998, 2, 10_000), (3, 1, 3), (-1, 1, 3), (0, 0, 3), (0, 201, 300)],
)
def test_page_beyond_the_wall_is_refused_before_any_request(standin, start, most, count):
    with client_of(standin) as client, pytest.raises(ValueError, match="can be had"):
        client.fetch_page(History("x", "1", count), start=start, most=most)

    assert len(standin.log) == 0


def test_history_that_is_gone_is_worth_another_try(standin):
    with client_of(standin) as client:
        history = client.post(["11"])
        standin.expire_histories()
        with pytest.raises(Unavailable, match="Unable to obtain query"):
            client.fetch_page(history, start=0)


@pytest.mark.parametrize("name", ["E22", "E15"])
def test_refused_post_is_not_tried_again(standin, name):
    standin.faults.set([fault(name)])

    with client_of(standin) as client, pytest.raises(Rejected):
        client.post(["11"])


@pytest.mark.parametrize(("term", "most"), [("", 1), ("x", 0), ("x", 10_000)])
def test_search_beyond_the_wall_is_refused_before_any_request(standin, term, most):
    with client_of(standin) as client, pytest.raises(ValueError, match="search takes"):
        client.search(term, most=most)

    assert len(standin.log) == 0


def converting(server, **options):
    return Entrez(
        base_url="http://127.0.0.1:9/", idconv_url=server.url, tool="claim-tracker", **options
    )


def test_pmcids_are_converted_by_id_and_the_key_is_not_told():
    with (
        IDConverterStandin({"PMC12": "12"}) as server,
        converting(server, api_key="s3cret", email="a@example.org") as client,
    ):
        found = client.convert(["pmc12", "PMC99"], kind="pmcid")

    (entry,) = server.log.entries
    assert found == {"PMC12": "12"}
    assert entry.params == {
        "ids": "PMC12,PMC99",
        "idtype": "pmcid",
        "format": "json",
        "tool": "claim-tracker",
        "email": "a@example.org",
    }


@pytest.mark.parametrize(
    ("ids", "kind"),
    [
        ([], "pmcid"),
        (["12"], "pmcid"),
        (["x"], "doi"),
        ([f"PMC{n}" for n in range(1, 202)], "pmcid"),
    ],
)
def test_ids_that_are_none_are_not_sent_to_the_converter(ids, kind):
    with IDConverterStandin({}) as server, converting(server) as client:
        with pytest.raises(ValueError, match=r"ids|PMCID|DOI"):
            client.convert(ids, kind=kind)

        assert len(server.log) == 0


def test_pmcid_is_offered_when_the_record_has_it(standin):
    record = RECORDS["12"].replace(
        b"</ArticleIdList>", b'<ArticleId IdType="pmc">PMC12</ArticleId></ArticleIdList>'
    )
    standin.records["12"] = record
    with (
        IDConverterStandin({"PMC12": "12", "PMC13": "13"}) as server,
        Entrez(base_url=standin.url, idconv_url=server.url, tool="t", deadline=5.0) as client,
    ):
        right, wrong, unknown = (
            look_up(each, client=client) for each in ("PMC12", "PMC13", "PMC14")
        )

    assert right.offer.pmid == "12"
    assert ([c.pmid for c in wrong.candidates], wrong.offer) == (["13"], None)
    assert unknown.candidates == ()
