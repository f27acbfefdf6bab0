import pytest

from tests import factories
from tests.claims.api_world import ROOT, rich_publication, rich_trial
from tests.factories import NOW, PublicationFactory, TrialFactory

pytestmark = pytest.mark.django_db

SITE = "http://localhost:8000"


def test_publication_has_the_fixed_shape(client):
    publication = rich_publication()
    factories.ReportFactory(
        publication=publication,
        trial=TrialFactory(registry_id="NCT00790205", acronym="TECOS"),
    )

    body = client.get(f"{ROOT}publications/{publication.pmid}/").json()

    text = "Insulin was given to forty people for twelve weeks."
    assert list(body.items())[:37] == [
        ("pmid", publication.pmid),
        ("doi", "10.5555/rich(2015)<1>"),
        ("pmcid", "PMC123"),
        ("url", f"{SITE}/publications/{publication.pmid}/"),
        ("title", publication.title),
        ("title_html", "Rich <i>publication</i>"),
        ("vernacular_title", None),
        ("abstract_state", "present"),
        ("abstract", [{"label": None, "category": None, "text": text, "html": text}]),
        (
            "authors",
            [
                {
                    "family": "Author",
                    "given": "Ann",
                    "initials": "A",
                    "suffix": None,
                    "collective": None,
                    "orcid": None,
                    "affiliations": ["A hospital"],
                },
                {
                    "family": None,
                    "given": None,
                    "initials": None,
                    "suffix": None,
                    "collective": "The Group",
                    "orcid": None,
                    "affiliations": [],
                },
            ],
        ),
        ("journal", "Journal of Examples"),
        ("journal_iso", None),
        ("issn", None),
        ("volume", None),
        ("issue", None),
        ("pages", None),
        ("year", 2015),
        ("month", 7),
        ("day", 16),
        ("medline_date", None),
        ("languages", ["eng"]),
        ("publication_types", [{"ui": "D016449", "name": "Randomized Controlled Trial"}]),
        (
            "mesh",
            [
                {
                    "ui": "D007328",
                    "name": "Insulin",
                    "major": True,
                    "qualifiers": [{"ui": "Q000627", "name": "therapeutic use", "major": True}],
                }
            ],
        ),
        ("keywords", ["insulin"]),
        (
            "databank_ids",
            [{"bank": "ClinicalTrials.gov", "accession": "NCT90000001", "origin": "databank"}],
        ),
        ("trials", [{"id": "NCT00790205", "acronym": "TECOS", "role": "primary_results"}]),
        ("integrity", "corrected"),
        ("integrity_checked_at", "2026-03-01T12:00:00Z"),
        (
            "integrity_notices",
            [
                {
                    "kind": "correction",
                    "pmid": "80000001",
                    "doi": None,
                    "date": None,
                    "source": "pubmed",
                    "first_seen_at": "2026-03-01T12:00:00Z",
                    "last_seen_at": "2026-03-01T12:00:00Z",
                }
            ],
        ),
        (
            "comments_corrections",
            [{"ref_type": "ErratumIn", "pmid": "80000001", "ref_source": "J Ex. 2016"}],
        ),
        ("identity", "confirmed"),
        ("identity_conflicts", []),
        ("fetched_at", "2026-03-01T12:00:00Z"),
        ("parser_version", "1"),
        ("revision", body["revision"]),
        ("api_url", f"{SITE}{ROOT}publications/{publication.pmid}/"),
        ("standing", "journal"),
    ]


def test_publication_says_what_each_source_said_and_when(client):
    publication = PublicationFactory(
        fetched=True,
        doi="10.5555/x",
        integrity="retracted",
        pubmed_integrity="current",
        crossref_integrity="retracted",
        crossref_checked_at=NOW,
    )

    body = client.get(f"{ROOT}publications/{publication.pmid}/").json()

    assert (body["integrity"], body["integrity_sources_disagree"]) == ("retracted", True)
    assert body["integrity_checks"] == [
        {"source": "pubmed", "integrity": "current", "checked_at": "2026-03-01T12:00:00Z"},
        {"source": "crossref", "integrity": "retracted", "checked_at": "2026-03-01T12:00:00Z"},
    ]


@pytest.mark.parametrize(("deleted_at", "said"), [(NOW, "2026-03-01T12:00:00Z"), (None, None)])
def test_publication_says_that_pubmed_took_it_back(client, deleted_at, said):
    publication = PublicationFactory(deleted_at=deleted_at)

    body = client.get(f"{ROOT}publications/{publication.pmid}/").json()

    assert body["deleted_at"] == said


def test_publication_not_fetched_yet_has_what_curators_know(client):
    publication = PublicationFactory(
        title="", expected_title="Insulin & <mice>", expected_first_author="Author A"
    )

    body = client.get(f"{ROOT}publications/{publication.pmid}/").json()

    assert (body["abstract_state"], body["abstract"], body["fetched_at"]) == (
        "not_fetched",
        [],
        None,
    )
    assert (body["title"], body["title_html"], body["first_author"]) == (
        "Insulin & <mice>",
        "Insulin &amp; &lt;mice&gt;",
        "Author A",
    )
    assert (body["integrity"], body["integrity_checked_at"]) == ("unknown", None)
    assert [check["checked_at"] for check in body["integrity_checks"]] == [None, None]


@pytest.mark.parametrize(
    "name", ["PMC123", "pmc123", "10.5555/rich(2015)<1>", "10.5555/RICH(2015)%3C1%3E"]
)
def test_publication_is_found_by_each_of_its_names(client, name):
    publication = rich_publication()

    body = client.get(f"{ROOT}publications/{name}/").json()

    assert body == client.get(f"{ROOT}publications/{publication.pmid}/").json()


def test_publication_known_by_its_doi_only_has_addresses_that_work(client):
    publication = PublicationFactory(pmid=None, doi="10.5555/a/b(1)<2>#3?4;5%6")

    body = client.get(f"{ROOT}publications/").json()["results"][0]

    assert body["url"] == SITE + publication.get_absolute_url()
    assert client.get(body["api_url"].removeprefix(SITE)).json() == body


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("year=2015", ["current"]),
        ("year=1999", []),
        ("integrity=retracted&integrity=unknown", ["unfetched", "retracted"]),
        ("identity=mismatch", ["mismatch"]),
        ("abstract_state=not_fetched", ["unfetched"]),
        ("fetched=true", ["current", "retracted", "mismatch"]),
        ("fetched=false", ["unfetched"]),
        ("fetched=true&integrity=current", ["current", "mismatch"]),
    ],
)
def test_publications_are_filtered(client, query, found):
    PublicationFactory(title="unfetched", year=2001)
    PublicationFactory(title="current", year=2015, fetched=True)
    PublicationFactory(title="retracted", year=2002, retracted=True)
    PublicationFactory(title="mismatch", year=None, mismatched=True)

    rows = client.get(f"{ROOT}publications/?{query}").json()["results"]

    assert [row["title"] for row in rows] == found


def test_trial_tells_what_is_registered_and_what_came_of_it(client):
    publication = rich_publication()
    trial = rich_trial(publication)

    body = client.get(f"{ROOT}trials/{trial.registry_id}/").json()

    assert (body["id"], body["registry"], body["acronym"]) == (
        trial.registry_id,
        "clinicaltrials",
        trial.acronym,
    )
    assert body["url"] == SITE + trial.get_absolute_url()
    assert body["registry_url"] == f"https://clinicaltrials.gov/study/{trial.registry_id}"
    assert body["arms"] == [
        {
            "label": "Insulin",
            "type": "EXPERIMENTAL",
            "description": None,
            "interventions": ["Drug: insulin"],
        }
    ]
    assert body["interventions"] == [
        {
            "type": "DRUG",
            "name": "Insulin",
            "description": None,
            "arms": ["Insulin"],
            "other_names": [],
        }
    ]
    assert body["primary_outcomes"] == [
        {"measure": "Death", "description": None, "time_frame": "5 years"}
    ]
    assert body["digest"]["tested"] == "insulin against no insulin"
    assert body["results"] == [
        {
            "outcome": trial.results.get().outcome,
            "role": "primary",
            "measure": "HR",
            "estimate": 0.9,
            "ci_low": 0.8,
            "ci_high": 1.01,
            "ci_level": 95.0,
            "p": None,
            "events": None,
            "publication": publication.pmid,
        }
    ]
    assert body["publications"] == [
        {
            "pmid": publication.pmid,
            "doi": "10.5555/rich(2015)<1>",
            "pmcid": "PMC123",
            "title": publication.title,
            "year": 2015,
            "role": "primary_results",
            "origin": "curator",
            "api_url": f"{SITE}{ROOT}publications/{publication.pmid}/",
        }
    ]


def test_trial_not_fetched_yet_says_so(client):
    trial = TrialFactory(title="", expected_title="A trial of insulin")

    body = client.get(f"{ROOT}trials/{trial.registry_id.lower()}/").json()

    assert (body["title"], body["fetched_at"], body["phases"], body["digest"]) == (
        "A trial of insulin",
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("registry=isrctn", ["ISRCTN12345678"]),
        ("fetched=true", ["NCT00000001"]),
        ("fetched=false&registry=clinicaltrials", ["NCT00000002"]),
        ("identity=confirmed", ["NCT00000001"]),
    ],
)
def test_trials_are_filtered(client, query, found):
    TrialFactory(registry_id="NCT00000001", fetched=True)
    TrialFactory(registry_id="NCT00000002")
    TrialFactory(registry_id="ISRCTN12345678", registry="isrctn")

    rows = client.get(f"{ROOT}trials/?{query}").json()["results"]

    assert [row["id"] for row in rows] == found
