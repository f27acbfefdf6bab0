import pytest
from django.db import ProgrammingError, transaction
from kombu.exceptions import OperationalError

from sources import tasks
from sources.actions.storing import store_publications
from sources.admin import history
from sources.admin.refusals import REFUSALS, explain
from sources.models import (
    FetchRequest,
    Inclusion,
    Payload,
    Publication,
    RateBudget,
    Report,
    Service,
    Trial,
)
from sources.pubmed import RecordWithRaw
from sources.pubmed_xml import PublicationRecord
from tests import factories
from tests.desk import add_url, errors_in, list_url, messages_in, save, tools_on, url_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client):
    user = factories.UserFactory(admin=True, username="root")
    client.force_login(user)
    return user


def typed(client, term, field="publication", **more):
    """Return the lines under an autocomplete field of an evidence item."""
    query = {
        "app_label": "claims",
        "model_name": "evidenceitem",
        "field_name": field,
        "term": term,
        **more,
    }
    response = client.get("/admin/autocomplete/", query)
    assert response.status_code == 200
    return response.json()["results"]


@pytest.mark.parametrize(
    ("field", "term", "line"),
    [
        ("publication", "12345678", {"id": "new:12345678", "text": "PMID 12345678 - not stored yet: add it and queue its fetch"}),
        ("publication", " PMID: 12345678 ", {"id": "new:12345678", "text": "PMID 12345678 - not stored yet: add it and queue its fetch"}),
        ("publication", "https://doi.org/10.5555/ABC", {"id": "new:10.5555/abc", "text": "doi:10.5555/abc - not stored yet: add it (it cannot be fetched by this number)"}),
        ("publication", "pmc123", {"id": "new:PMC123", "text": "PMC123 - not stored yet: add it (it cannot be fetched by this number)"}),
        ("trial", "nct 00790205", {"id": "new:NCT00790205", "text": "NCT00790205 - not stored yet: add it and queue its fetch"}),
        ("trial", "ISRCTN12345678", {"id": "new:ISRCTN12345678", "text": "ISRCTN12345678 - not stored yet: add it and queue its fetch"}),
        ("trial", "DRKS00012345", {"id": "new:DRKS00012345", "text": "DRKS00012345 - not stored yet: add it (it cannot be fetched by this number)"}),
        ("publication", "1234567890", {"id": "illegal", "disabled": True, "text": "'1234567890' is neither a PMID (1 to 9 digits, no leading zero), nor a DOI (10.1000/xyz), nor a PMCID (PMC and digits)."}),
        ("trial", "NCT123", {"id": "illegal", "disabled": True, "text": "'NCT123' is not a trial's registry number: expected one of NCT and 8 digits, ISRCTN and 8 digits, ACTRN and 14 digits, DRKS and 8 digits"}),
    ],
)  # fmt: skip
def test_number_that_is_not_stored_is_offered_and_typing_writes_nothing(
    client, root, field, term, line
):
    assert typed(client, term, field) == [line]
    assert not Publication.objects.exists()
    assert not Trial.objects.exists()
    assert not FetchRequest.objects.exists()


@pytest.mark.parametrize("term", ["", "insulin", "in 40 people", "%", "' OR 1=1", "\x00"])
def test_words_offer_nothing_to_add(client, root, term):
    assert typed(client, term) == []


def test_stored_publication_is_found_and_not_offered(client, root):
    paper = factories.PublicationFactory(pmid="12345678")

    assert typed(client, "12345678") == [{"id": str(paper.pk), "text": str(paper)}]


def test_offer_stands_on_the_first_page_only(client, root):
    factories.PublicationFactory.create_batch(25, title="In 2015 found")

    pages = [typed(client, "2015", page=page)[-1]["id"] for page in ("1", "2")]

    assert pages[0] == "new:2015"
    assert pages[1].isdigit()


def test_publication_is_added_by_its_number_alone(client, root):
    response = save(client, add_url(Publication), identifier=" 12345678 ")

    paper = Publication.objects.get()
    assert response.status_code == 302
    assert (paper.pmid, FetchRequest.objects.get().requested_by) == ("12345678", root)


def test_publication_is_added_though_no_broker_can_be_reached(
    client, root, monkeypatch, django_capture_on_commit_callbacks
):
    def out_of_reach():
        raise OperationalError("Connection refused")

    monkeypatch.setattr(tasks.DRAINS["pubmed"], "delay", out_of_reach)

    with django_capture_on_commit_callbacks(execute=True) as wakings:
        response = save(client, add_url(Publication), identifier="12345678")

    assert (response.status_code, len(wakings)) == (302, 1)
    assert FetchRequest.objects.get().state == "queued"


def test_publication_that_is_known_is_not_added_again(client, root):
    factories.PublicationFactory(pmid="12345678")

    response = save(client, add_url(Publication), identifier="12345678")

    assert response.status_code == 302
    assert Publication.objects.count() == 1
    assert not FetchRequest.objects.exists()


def test_trial_is_added_by_its_number_alone(client, root):
    save(client, add_url(Trial), number="nct00790205")

    assert Trial.objects.get().registry_id == "NCT00790205"
    assert FetchRequest.objects.get().service == "clinicaltrials"


@pytest.mark.parametrize(
    ("model", "field", "value", "error"),
    [
        (Publication, "identifier", "12a", "'12a' is neither a PMID (1 to 9 digits, no leading zero), nor a DOI (10.1000/xyz), nor a PMCID (PMC and digits)."),
        (Publication, "identifier", "", "This field is required."),
        (Trial, "number", "NCT1", "'NCT1' is not a trial's registry number: expected one of NCT and 8 digits, ISRCTN and 8 digits, ACTRN and 14 digits, DRKS and 8 digits"),
    ],
)  # fmt: skip
def test_illegal_number_is_refused(client, root, model, field, value, error):
    response = save(client, add_url(model), **{field: value})

    assert errors_in(response) == [error]
    assert not model.objects.exists()


def test_mismatch_shows_what_was_expected_beside_what_was_fetched(client, root):
    paper = factories.PublicationFactory(mismatched=True, title="Leeches", expected_title="Insulin")

    for page in (client.get(url_of(paper)), client.get(url_of(paper, "accept-identity"))):
        assert (
            '<tr><th scope="row">Title</th><td>Insulin</td><td>Leeches</td></tr>'
            in page.content.decode()
        )


@pytest.mark.parametrize(
    ("tool", "identity"), [("accept-identity", "confirmed"), ("refuse-identity", "mismatch")]
)
def test_identity_is_settled_with_a_reason(client, root, tool, identity):
    paper = factories.PublicationFactory(mismatched=True, expected_title="Insulin")

    refused = save(client, url_of(paper, tool))
    response = save(client, url_of(paper, tool), why="Seen in print.")

    paper.refresh_from_db()
    assert errors_in(refused) == ["This field is required."]
    assert response.status_code == 302
    assert paper.identity == identity
    assert paper.identity_basis.startswith("reviewer root, ")
    assert paper.identity_basis.endswith(": Seen in print.")


def test_settled_identity_shows_in_the_history(client, root):
    paper = factories.PublicationFactory(mismatched=True)

    save(client, url_of(paper, "accept-identity"), why="Seen in print.")

    change, before = client.get(url_of(paper, "history")).context["changes"]
    assert (change.who, change.why) == ("root", "Seen in print.")
    assert before.what == "as it was before"
    assert ("identity", "the record is another paper than expected", "confirmed") in [
        (d.field, d.before, d.after) for d in change.differences
    ]


def test_identity_that_is_confirmed_cannot_be_settled(client, root):
    paper = factories.PublicationFactory(fetched=True)

    assert tools_on(client.get(url_of(paper))) == ["Fetch again"]
    assert client.post(url_of(paper, "accept-identity"), {"why": "x"}).status_code == 403


def test_record_is_fetched_again_when_asked(client, root):
    paper = factories.PublicationFactory()

    response = client.post(url_of(paper, "fetch-again"), follow=True)

    assert messages_in(response) == [f"PubMed will be asked for PMID {paper.pmid}."]
    assert FetchRequest.objects.get().identifier == paper.pmid


def test_publication_without_a_pmid_cannot_be_fetched(client, root):
    paper = factories.PublicationFactory(without_pmid=True)

    assert tools_on(client.get(url_of(paper))) == ["Check in Crossref"]


def test_publication_is_checked_in_crossref_by_a_button_and_several_by_an_action(client, root):
    paper = factories.PublicationFactory(doi="10.5555/x")
    others = [paper, factories.PublicationFactory(doi="10.5555/y"), factories.PublicationFactory()]

    client.post(f"{url_of(paper).removesuffix('change/')}check-in-crossref/")
    one = list(FetchRequest.objects.values_list("service", "identifier", "priority"))
    chosen = [each.pk for each in others]
    data = {"action": "check_chosen_in_crossref", "_selected_action": chosen}
    client.post(list_url(type(paper)), data)

    assert one == [("crossref", "10.5555/x", 5)]
    assert sorted(FetchRequest.objects.values_list("identifier", flat=True)) == [
        "10.5555/x",
        "10.5555/y",
    ]


def test_desk_finds_the_papers_that_pubmed_took_back(client, root):
    gone = factories.PublicationFactory(title="Gone", deleted_at=factories.NOW)
    factories.PublicationFactory(title="Still there")

    found = client.get(list_url(Publication), {"deleted": "yes"})
    page = client.get(url_of(gone)).content.decode()

    assert [paper.title for paper in found.context["cl"].result_list] == ["Gone"]
    assert "PubMed is known to have taken the PMID back" in page


def test_desk_says_what_each_source_said_and_finds_those_that_disagree(client, root):
    at = factories.NOW
    factories.PublicationFactory(title="Agreed", fetched=True)
    paper = factories.PublicationFactory(
        title="Disputed",
        fetched=True,
        doi="10.5555/x",
        integrity="retracted",
        pubmed_integrity="current",
        crossref_integrity="retracted",
        crossref_checked_at=at,
    )

    page = client.get(url_of(paper)).content.decode()
    found = client.get(list_url(type(paper)), {"sources": "disagree"}).content.decode()

    assert "PubMed: no notice found, checked 1 March 2026, 12:00 UTC<br>" in page
    assert "Crossref: retracted, checked 1 March 2026, 12:00 UTC<br>" in page
    assert "They disagree: the graver word counts." in page
    assert ("Disputed" in found, "Agreed" in found) == (True, False)
    assert "PubMed, Crossref; they disagree" in found


@pytest.mark.parametrize("factory", [factories.PublicationFactory, factories.TrialFactory])
def test_several_records_are_fetched_again(client, root, factory):
    chosen = factory.create_batch(2)
    data = {"action": "fetch_chosen", "_selected_action": [record.pk for record in chosen]}

    response = client.post(list_url(factory._meta.model), data, follow=True)

    assert response.status_code == 200
    assert FetchRequest.objects.count() == 2


def test_trial_is_fetched_again_when_asked(client, root):
    trial = factories.TrialFactory()

    client.post(url_of(trial, "fetch-again"))

    assert FetchRequest.objects.get().identifier == trial.registry_id


def test_trial_of_another_registry_cannot_be_fetched(client, root):
    trial = factories.TrialFactory(registry="drks", registry_id="DRKS00012345")

    assert tools_on(client.get(url_of(trial))) == []


def test_trial_page_lists_what_the_registry_sent(client, root):
    trial = factories.TrialFactory(
        arms=[{"label": "Insulin", "description": "glargine"}],
        primary_outcomes=[{"measure": "Death", "time_frame": "6 years"}],
    )

    page = client.get(url_of(trial)).content.decode()

    assert "<li><b>Insulin</b> glargine</li>" in page
    assert "<li><b>Death</b> 6 years</li>" in page


def test_failed_request_is_retried_as_a_new_one(client, root):
    failed = factories.FetchRequestFactory(failed=True)

    client.post(url_of(failed, "retry"))

    requests = FetchRequest.objects.order_by("pk").values_list("identifier", "state", "reason")
    assert list(requests) == [
        (failed.identifier, "failed", ""),
        (failed.identifier, "queued", "retried by hand"),
    ]


def test_several_requests_are_retried(client, root):
    chosen = factories.FetchRequestFactory.create_batch(2, failed=True)
    data = {"action": "retry_chosen", "_selected_action": [wish.pk for wish in chosen]}

    asked = client.post(list_url(FetchRequest), data)
    response = client.post(list_url(FetchRequest), data | {"confirmed": "yes"}, follow=True)

    assert asked.context["title"] == "Retry now: 2 requests"
    assert messages_in(response) == ["2 will be asked for again."]
    assert FetchRequest.objects.live().count() == 2


def test_waiting_request_is_given_up_with_a_reason(client, root):
    wish = factories.FetchRequestFactory()

    save(client, url_of(wish, "give-up"), why="Typing error.")

    wish.refresh_from_db()
    assert (wish.state, wish.last_error) == ("failed", "Given up by root: Typing error.")


def test_request_that_has_begun_meanwhile_is_not_given_up(client, root):
    wish = factories.FetchRequestFactory(running=True)

    assert tools_on(client.get(url_of(wish))) == []
    assert client.post(url_of(wish, "give-up"), {"why": "x"}).status_code == 403


def test_several_requests_are_given_up_for_one_reason(client, root):
    waiting, done = factories.FetchRequestFactory(), factories.FetchRequestFactory(succeeded=True)
    data = {"action": "give_up_chosen", "_selected_action": [waiting.pk, done.pk]}

    asked = client.post(list_url(FetchRequest), data)
    data |= {"confirmed": "yes"}
    refused = client.post(list_url(FetchRequest), data | {"why": " "})
    response = client.post(list_url(FetchRequest), data | {"why": "Not needed."}, follow=True)

    assert [page.context["title"] for page in (asked, refused)] == ["Give up: 2 requests"] * 2
    assert errors_in(refused) == ["This field is required."]
    assert messages_in(response) == [
        "1 given up.",
        "1 request not waiting any more: left alone.",
    ]
    assert set(FetchRequest.objects.values_list("state", flat=True)) == {"failed", "succeeded"}


def test_attempts_stand_on_the_requests_page(client, root):
    attempt = factories.FetchAttemptFactory(failed=True)

    assert "503 Service Unavailable" in client.get(url_of(attempt.request)).content.decode()


@pytest.mark.parametrize(("given", "expected"), [("2.5", 2.5), ("", None)])
def test_rate_is_changed_on_the_desk(client, root, given, expected):
    factories.RateBudgetFactory(per_second=7)

    client.post(url_of(RateBudget.objects.get(), "change-rate"), {"per_second": given})

    assert RateBudget.objects.get().per_second == expected


def test_rates_of_all_services_can_be_changed_before_their_first_request(client, root, settings):
    settings.EUTILS_REQUESTS_PER_SECOND = 3

    page = client.get(list_url(RateBudget)).content.decode()

    assert sorted(RateBudget.objects.values_list("service", flat=True)) == sorted(Service)
    assert page.count(", by default") == len(Service)
    assert "3, by default" in page


@pytest.mark.parametrize("given", ["0", "-1", "1001", "fast"])
def test_rate_that_is_none_is_refused(client, root, given):
    factories.RateBudgetFactory(per_second=7)

    page = client.post(url_of(RateBudget.objects.get(), "change-rate"), {"per_second": given})

    assert (page.status_code, RateBudget.objects.get().per_second) == (200, 7)


def test_pause_is_told_and_lifted(client, root):
    factories.RateBudgetFactory(paused_until="2099-01-01T00:00Z", paused_reason="Blocked by NCBI.")

    told = client.get(list_url(FetchRequest)).content.decode()
    client.post(url_of(RateBudget.objects.get(), "lift-pause"))

    assert "PubMed is paused until 1 January 2099, 00:00 UTC: Blocked by NCBI." in told
    assert RateBudget.objects.get().paused_until is None


def test_payload_is_shown_as_it_was_sent(client, root):
    payload = factories.PayloadFactory(content=b"<script>alert(1)</script>" + b"x" * 60_000)

    page = client.get(url_of(payload)).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "10,025 more characters" in page
    assert Payload.objects.get().content == payload.content


def test_report_is_linked_by_numbers_not_stored_yet_and_taken_back(client, root):
    save(
        client,
        add_url(Report),
        publication="new:12345678",
        trial="new:NCT00790205",
        role="follow_up",
    )
    report = Report.objects.get()

    client.post(url_of(report, "delete"), {"post": "yes"})

    assert (report.publication.pmid, report.trial.registry_id, report.role, report.origin) == (
        "12345678",
        "NCT00790205",
        "follow_up",
        "curator",
    )
    assert not Report.objects.exists()


def test_inclusion_is_linked(client, root):
    review, paper = factories.PublicationFactory.create_batch(2)

    save(client, add_url(Inclusion), review=str(review.pk), publication=str(paper.pk))
    refused = save(client, add_url(Inclusion), review=str(review.pk), publication=str(review.pk))

    assert (Inclusion.objects.get().review, Inclusion.objects.get().publication) == (review, paper)
    assert errors_in(refused) == ["A review does not pool itself."]


def test_links_chosen_in_the_list_are_taken_back(client, root):
    chosen = factories.ReportFactory.create_batch(2)
    data = {
        "action": "delete_selected",
        "post": "yes",
        "_selected_action": [link.pk for link in chosen],
    }

    client.post(list_url(Report), data)

    assert not Report.objects.exists()


def test_history_without_a_word_of_who_and_why_says_so():
    paper = factories.PublicationFactory()
    Publication.objects.filter(pk=paper.pk).update(title="First")
    Publication.objects.filter(pk=paper.pk).update(title="Second")

    newest, oldest = history.changes(list(history.events_of(paper)))

    assert (newest.what, newest.who, newest.why) == ("changed", "", "")
    assert newest.differences == (history.Difference("title", "First", "Second"),)
    assert history.Difference("title", "not recorded", "First") in oldest.differences


def test_history_is_told_page_by_page_without_a_gap(client, root):
    paper = factories.PublicationFactory()
    for number in range(52):
        Publication.objects.filter(pk=paper.pk).update(title=f"Title {number}")

    first = client.get(url_of(paper, "history")).context["changes"]
    second = client.get(url_of(paper, "history"), {"p": "2"}).context["changes"]

    assert (len(first), len(second)) == (50, 2)
    assert first[-1].differences == (history.Difference("title", "Title 1", "Title 2"),)


def test_unknown_record_is_not_found(client, root):
    assert client.get("/admin/sources/publication/99/fetch-again/").status_code == 404


def claim_with_parts_given_evidence():
    factories.EvidenceItemFactory(
        claim=factories.ClaimFactory(parent=factories.ClaimFactory()).parent
    )


def verdict_deleted():
    factories.VerdictFactory().delete()


def publication_without_a_number():
    factories.PublicationFactory(pmid=None)


def publication_of_a_wrong_kind():
    factories.PublicationFactory(standing="leaflet")


def publication_with_too_long_a_number():
    Publication.objects.create(pmid="1" * 20)


def publication_that_fails_its_checks():
    Publication(pmid="0").full_clean()


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        (claim_with_parts_given_evidence, "This claim has parts; tie the evidence to one of them."),
        (verdict_deleted, "Cannot delete rows from claims_verdict table."),
        (publication_without_a_number, "Give a PMID, a DOI or a PMCID."),
        (publication_with_too_long_a_number, "Value too long for type character varying(9)."),
        (publication_that_fails_its_checks, "Constraint “publication_pmid_is_digits” is violated."),
    ],
)
def test_refusals_of_the_database_are_told_in_words(deed, said):
    with pytest.raises(REFUSALS) as refused, transaction.atomic():
        deed()

    assert explain(refused.value) == said


def test_wrong_sql_is_no_refusal():
    with pytest.raises(REFUSALS) as failed, transaction.atomic():
        Publication.objects.extra(where=["no_such_column = 1"]).exists()

    with pytest.raises(ProgrammingError, match="no_such_column"):
        explain(failed.value)


def test_refusal_without_words_of_its_own_names_its_rule():
    with pytest.raises(REFUSALS) as refused, transaction.atomic():
        publication_of_a_wrong_kind()

    assert explain(refused.value).startswith("Refused by the rule “publication standing is known”.")


def test_an_import_that_changes_a_record_shows_in_its_history(client, root):
    def stored(title, why):
        record = PublicationRecord(pmid="11", title=title)
        found = {"11": RecordWithRaw(record, repr(record).encode())}
        store_publications(found, now=factories.NOW, why=why)

    stored("Before", "fetched from PubMed")
    stored("After", "imported from pubmed26n1298.xml.gz")

    paper = Publication.objects.get()
    change, before = client.get(url_of(paper, "history")).context["changes"]
    assert (change.who, change.why) == ("", "imported from pubmed26n1298.xml.gz")
    assert ("title", "Before", "After") in [
        (d.field, d.before, d.after) for d in change.differences
    ]
    assert ("title", "empty", "Before") in [
        (d.field, d.before, d.after) for d in before.differences
    ]
    [old, new] = Payload.objects.order_by("pk")
    assert (b"Before" in old.content, b"After" in new.content) == (True, True)
    assert ("record sha256", old.sha256, new.sha256) in [
        (d.field, d.before, d.after) for d in change.differences
    ]
