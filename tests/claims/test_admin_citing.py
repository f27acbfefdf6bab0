"""Citations recorded from the text: what the wording names, and what becomes of it."""

import pytest
from lxml import html

from claims.actions.citing import cite, trials_meant
from claims.actions.errors import AlreadyDone, IllegalChange
from claims.actions.marking import read_passage
from claims.models import Citation
from sources.models import FetchRequest
from tests.at_once import at_once
from tests.claims.marked_article import SECOND, anchored, article_with_text, span_of
from tests.claims.test_admin_marking import marking_url, opened, sent
from tests.desk import errors_in, messages_in, person
from tests.factories import NOW, ClaimFactory, PublicationFactory, TrialFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(client):
    client.force_login(person("reviewer", "Rita"))
    return client


@pytest.fixture
def snapshot():
    return article_with_text(title="Sleep")


@pytest.fixture
def claim(snapshot):
    return anchored(snapshot, SECOND).claim


def savor(**values):
    return TrialFactory(acronym="SAVOR-TIMI 53", aliases=["SAVIOR"], title="Sleep loss", **values)


def choices_in(response):
    page = html.fromstring(response.content.decode())
    rows = page.xpath("//input[@name='cite-meant']")
    return [
        (row.get("value"), " ".join(row.getparent().text_content().split()), row.get("checked"))
        for row in rows
    ]


def recorded(client, snapshot, words="SAVIOR", **given):
    values = {"mode": "trial_acronym", "meant": "nothing", "other": "", "accuracy": "", "note": ""}
    return sent(client, snapshot, "cite", words, **values | given)


@pytest.mark.parametrize("words", ["SAVIOR", "savior", "In the SAVIOR trial, twelve men slept"])
def test_wording_names_its_trial_by_a_known_spelling(words):
    trial = savor()

    assert trials_meant(words).trial == trial


def test_wording_that_several_trials_bear_is_ambiguous():
    trials = {savor(), TrialFactory(acronym="SAVIOR")}

    match = trials_meant("the SAVIOR study")

    assert set(match.candidates) <= trials
    assert trials_meant("SOLSTICE").resolution == "unresolved"


def test_one_word_can_be_cited_but_is_no_place_of_a_claim(reviewer, snapshot, claim):
    trial = savor()

    response = opened(reviewer, snapshot, **span_of("SAVIOR"))

    page = html.fromstring(response.content.decode())
    assert page.xpath("//section[@class='desk-deed']/@id") == ["cite"]
    assert page.xpath("//input[@name='cite-raw']/@value") == ["SAVIOR"]
    assert page.xpath("//input[@name='cite-claim']/@value") == [claim.public_id]
    assert choices_in(response) == [
        (f"trial-{trial.pk}", f"{trial}: Sleep loss", "checked"),
        ("other", "This publication or trial:", None),
        ("nothing", "It cannot be told", None),
    ]


def test_citation_is_tied_to_the_trial(reviewer, snapshot, claim):
    trial = savor()

    response = recorded(
        reviewer,
        snapshot,
        meant=f"trial-{trial.pk}",
        accuracy="minor_error",
        note="It spells the trial wrongly.",
    )

    citation = Citation.objects.get()
    assert (citation.article, citation.claim, citation.raw, citation.trial) == (
        snapshot.article,
        claim,
        "SAVIOR",
        trial,
    )
    assert (citation.mode, citation.resolution, citation.voice) == (
        "trial_acronym",
        "resolved",
        "author",
    )
    assert (citation.accuracy, citation.note) == ("minor_error", "It spells the trial wrongly.")
    assert messages_in(response)[0].endswith(f"{citation}</a> is recorded.")


def test_ambiguous_wording_may_stay_ambiguous(reviewer, snapshot, claim):
    TrialFactory.create_batch(2, acronym="SAVIOR")

    recorded(reviewer, snapshot, meant="ambiguous")

    citation = Citation.objects.get()
    assert (citation.resolution, citation.trial) == ("ambiguous", None)


def test_wording_that_names_nothing_stays_unresolved(reviewer, snapshot, claim):
    recorded(reviewer, snapshot, mode="vague")

    assert Citation.objects.get().resolution == "unresolved"


def test_number_that_is_not_stored_is_made_known(reviewer, snapshot, claim, monkeypatch):
    monkeypatch.setattr("sources.admin.lookup.wake", lambda service: None)

    recorded(reviewer, snapshot, meant="other", other="12345678", mode="reference")

    assert Citation.objects.get().publication.pmid == "12345678"
    assert FetchRequest.objects.get().identifier == "12345678"


@pytest.mark.parametrize("kind", ["publication", "trial"])
def test_number_of_a_stored_source_is_found(reviewer, snapshot, claim, kind):
    source = PublicationFactory() if kind == "publication" else TrialFactory()
    number = source.pmid if kind == "publication" else source.registry_id

    recorded(reviewer, snapshot, meant="other", other=number)

    assert getattr(Citation.objects.get(), kind) == source


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"meant": "other", "other": "x1"}, "Give a PMID, DOI, PMCID or a trial's registry number."),
        ({"meant": "nothing", "other": "123"}, "Choose “This publication or trial”, or leave this empty."),
        ({"raw": "TECOS"}, "The wording is not in the passage you selected: give its own words."),
        ({"accuracy": "accurate"}, "Say in a note why the citation is accurate or not."),
    ],
    ids=["no number", "two answers", "other words", "no note"],
)  # fmt: skip
def test_citation_that_will_not_do_is_refused(reviewer, snapshot, claim, given, told):
    assert errors_in(recorded(reviewer, snapshot, **given)) == [told]
    assert not Citation.objects.exists()


def test_recorded_twice_it_is_recorded_once(reviewer, snapshot, claim):
    responses = [recorded(reviewer, snapshot) for _ in range(2)]

    assert Citation.objects.count() == 1
    assert messages_in(responses[1])[0].endswith("was recorded already.")


def test_page_is_not_shown_to_strangers(client, snapshot):
    client.force_login(UserFactory(is_staff=True))

    assert client.get(marking_url(snapshot)).status_code == 403


def cited(snapshot, claim, by, **values):
    given = {"mode": "vague", "source": None, "is_ambiguous": False, "accuracy": "", "note": ""}
    passage = read_passage(snapshot, **span_of("SAVIOR"))
    return cite(passage, claim, raw="SAVIOR", by=by, now=NOW, **given | values)


def test_another_account_of_the_same_words_is_refused(snapshot, claim):
    by, trial = UserFactory(admin=True), savor()
    cited(snapshot, claim, by, source=trial)

    with pytest.raises(AlreadyDone, match="says something else"):
        cited(snapshot, claim, by)


def test_words_that_are_not_there_are_refused(snapshot, claim):
    passage = read_passage(snapshot, **span_of("twelve men"))

    with pytest.raises(IllegalChange, match="not in the passage"):
        cite(
            passage,
            claim,
            raw="SAVIOR",
            mode="vague",
            source=None,
            is_ambiguous=False,
            accuracy="",
            note="",
            by=UserFactory(admin=True),
            now=NOW,
        )


@pytest.mark.django_db(transaction=True)
def test_citation_recorded_by_two_at_once_is_recorded_once():
    snapshot, by = article_with_text(), UserFactory(admin=True)
    claim = ClaimFactory(article=snapshot.article)

    outcomes = at_once(*[lambda: cited(snapshot, claim, by)] * 2)

    assert sorted(each.is_new for each in outcomes) == [False, True]
    assert Citation.objects.count() == 1
