"""Loading the data set that comes with the project, and loading it again."""

from collections import Counter
from datetime import timedelta

import pgtrigger
import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.actions.datasets import Report as LoadReport
from claims.actions.datasets import load_dataset
from claims.actions.datasets.merging import Load, Merge, Wanted
from claims.actions.people import initial_curation
from claims.actions.verdicts import derive_verdicts
from claims.models import (
    Article,
    ArticleSnapshot,
    Assessment,
    Citation,
    Claim,
    ClaimAnchor,
    ClaimRelation,
    Consensus,
    DatasetEntry,
    EvidenceItem,
    SearchRecord,
    Verdict,
)
from claims.ruleset import replay
from sources.models import Inclusion, Publication, Report, Trial, TrialDigest, TrialResult
from tests.claims.datasets import DATASET, edit, edits_of, row_of
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)
CLAMPED = "insulin-promotes-glucose-uptake"


def entry(file):
    return yaml.load((DATASET / file).read_text("utf-8"), Loader=yaml.CSafeLoader)


def test_everything_arrives(loaded):
    counts = {
        model.__name__: model.objects.count()
        for model in (
            *(Article, ArticleSnapshot, Claim, ClaimAnchor, ClaimRelation, Citation),
            *(Trial, TrialDigest, TrialResult, Publication, Report, Inclusion),
            *(EvidenceItem, Assessment, Consensus, SearchRecord, Verdict),
        )
    }

    assert counts == {
        "Article": 1,
        "ArticleSnapshot": 1,
        "Claim": 124,
        "ClaimAnchor": 97,
        "ClaimRelation": 116,
        "Citation": 8,
        "Trial": 12,
        "TrialDigest": 12,
        "TrialResult": 32,
        "Publication": 166,
        "Report": 29,
        "Inclusion": 27,
        "EvidenceItem": 437,
        "Assessment": 437,
        "Consensus": 437,
        "SearchRecord": 0,
        "Verdict": 124,
    }
    assert Claim.objects.filter(parent__isnull=False).count() == 28
    assert Claim.objects.filter(anchors__isnull=False).count() == 97
    assert {kind: tally.created for kind, tally in loaded.tallies.items() if tally.created} == {
        "article": 1,
        "snapshot": 1,
        "claim": 124,
        "anchor": 97,
        "relation": 116,
        "citation": 8,
        "trial": 12,
        "digest": 12,
        "trial_result": 32,
        "publication": 166,
        "report": 29,
        "inclusion": 27,
        "evidence": 437,
        "assessment": 437,
        "verdict": 124,
    }
    assert (loaded.kept, loaded.gone, len(loaded.verdicts)) == ([], [], 124)


def test_every_verdict_is_the_one_derived_before(loaded):
    expected = {
        row["claim"]: (
            row["derived"]["verdict"],
            row["derived"]["contested_kind"],
            row["derived"]["rule"],
            row["certainty"],
            row["summary"],
        )
        for row in entry("verdicts.yaml")["verdicts"]
    }

    found = {
        verdict.claim.key: (
            verdict.verdict,
            verdict.contested_kind,
            verdict.rule,
            verdict.certainty,
            verdict.summary,
        )
        for verdict in Verdict.objects.current().select_related("claim")
    }

    assert found == expected


def test_every_trace_replays_to_its_verdict(loaded):
    for verdict in Verdict.objects.current():
        outcome = replay(verdict.trace)

        assert (outcome.verdict, outcome.contested_kind, outcome.rule) == (
            verdict.verdict,
            verdict.contested_kind,
            verdict.rule,
        )


def test_everything_is_marked_as_provisional(loaded):
    curation = initial_curation()

    assert set(Verdict.objects.values_list("review_status", "approved_by", "author")) == {
        (0, None, curation.pk)
    }
    assert set(Assessment.objects.values_list("actor", "state", "reviewer")) == {
        ("machine_assisted", "submitted", curation.pk)
    }
    assert set(Consensus.objects.values_list("kind", "reviewers")) == {("single", 0)}
    assert set(Claim.objects.values_list("state", flat=True)) == {"in_review"}
    assert (curation.is_active, curation.has_usable_password()) == (False, False)


def test_verdicts_are_distributed_as_the_data_set_says(loaded):
    labels = Counter(verdict.label for verdict in Verdict.objects.current())

    assert labels == {
        "Supported": 30,
        "Partly supported": 37,
        "Contested (Contradicted)": 30,
        "Contested (Conflicting)": 14,
        "Insufficient evidence": 2,
        "Unassessed": 5,
        "Not applicable": 6,
    }


def test_single_items_on_which_verdicts_rest_are_named(loaded):
    leaves = Verdict.objects.current().filter(claim__parts=None)

    fragile = [
        verdict.claim_id
        for verdict in leaves
        if any(pillar["verdict"] != verdict.verdict for pillar in verdict.rests_on)
    ]
    assert (len(leaves), len(fragile)) == (113, 47)


def test_article_is_dated_as_presumed(loaded):
    article = Article.objects.get()

    assert article.published_text == "2016 (presumed)"


def test_snapshot_has_its_outline_and_no_text(loaded):
    snapshot = ArticleSnapshot.objects.get()

    assert (snapshot.text, snapshot.code_points) == (None, 18189)
    assert [section["key"] for section in snapshot.sections] == ["S0", "S1", "S2", "S3", "S4", "S5"]
    assert set(ClaimAnchor.objects.values_list("status", flat=True)) == {"unresolved"}


def test_publication_keeps_what_was_expected_of_it(loaded):
    publication = Publication.objects.get(pmid="18539917")

    assert publication.expected_title == publication.title
    assert publication.expected_first_author == "ACCORD Study Group (Gerstein HC)"
    assert (publication.expected_year, publication.year) == (2008, 2008)
    assert (publication.authors, publication.fetched_at) == ([], None)
    assert (publication.integrity, publication.identity) == ("unknown", "confirmed")
    assert publication.reports.get().trial.registry_id == "NCT00000620"


def test_history_says_that_the_data_set_was_loaded(loaded):
    contexts = Claim.pgh_event_model.objects.values_list("pgh_context", flat=True)

    assert {(each["user"], each["reason"]) for each in contexts} == {
        (initial_curation().pk, "data set fung-new-paradigm-insulin-resistance")
    }


def test_second_load_writes_nothing(loaded):
    with CaptureQueriesContext(connection) as queries:
        report = load_dataset(DATASET, now=LATER)

    writes = [
        query["sql"]
        for query in queries.captured_queries
        if any(word in query["sql"] for word in ("INSERT ", 'UPDATE "', "DELETE "))
    ]
    assert writes == []
    assert len(queries) < 60
    assert edits_of(report) == {}
    assert not report.has_changes


def test_what_a_reviewer_edited_is_kept(loaded, folder):
    reviewer = UserFactory()
    claim = Claim.objects.get(key="insulin-promotes-glucose-uptake")
    Claim.objects.filter(pk=claim.pk).update(note="Reworded by " + reviewer.username + ".")

    def reword(content):
        row = row_of(content, "claims", claim.key)
        row["note"] = "Reworded by the data set."
        row["topics"] = ["insulin"]

    edit(folder, "claims.yaml", reword)
    report = load_dataset(folder, now=LATER)

    claim.refresh_from_db()
    assert (claim.note, claim.topics) == (f"Reworded by {reviewer.username}.", ["insulin"])
    assert report.kept == [("claim", claim.key, ("note",))]
    assert edits_of(report) == {"claim": {"changed": 1, "kept": 1}}


def test_what_is_kept_follows_the_data_set_once_the_edit_is_undone(loaded, folder):
    claim = Claim.objects.get(key="insulin-promotes-glucose-uptake")
    Claim.objects.filter(pk=claim.pk).update(note="Edited here.")
    edit(
        folder,
        "claims.yaml",
        lambda content: row_of(content, "claims", claim.key).update(note="Edited there."),
    )
    load_dataset(folder, now=LATER)
    Claim.objects.filter(pk=claim.pk).update(note="")

    load_dataset(folder, now=LATER)

    claim.refresh_from_db()
    assert claim.note == "Edited there."


def test_what_both_edited_alike_is_no_conflict(loaded, folder):
    claim = Claim.objects.get(key="insulin-promotes-glucose-uptake")
    Claim.objects.filter(pk=claim.pk).update(note="The same.")
    edit(
        folder,
        "claims.yaml",
        lambda content: row_of(content, "claims", claim.key).update(note="The same."),
    )

    report = load_dataset(folder, now=LATER)

    assert edits_of(report) == {}


def test_withdrawn_claim_stays_withdrawn(loaded):
    Claim.objects.filter(key="lock-and-key-is-prevailing-model").update(state="withdrawn")

    report = load_dataset(DATASET, now=LATER)

    assert Claim.objects.get(key="lock-and-key-is-prevailing-model").state == "withdrawn"
    assert report.kept == [("claim", "lock-and-key-is-prevailing-model", ("state",))]


def test_removed_citation_stays_removed(loaded):
    Citation.objects.filter(raw="SAVIOR").delete()

    report = load_dataset(DATASET, now=LATER)

    assert not Citation.objects.filter(raw="SAVIOR").exists()
    assert report.kept == [("citation", "cit-savor", ("removed",))]


def test_changed_assessment_supersedes_the_earlier_and_the_verdict_follows(loaded, folder):
    claim = Claim.objects.get(key="insulin-promotes-glucose-uptake")

    def reject(content):
        row_of(content, "assessments", "E320")["stance"] = "neutral"

    def follow(content):
        row = row_of(content, "verdicts", claim.key)
        row["verdict"] = row["derived"]["verdict"] = "insufficient_evidence"
        row["derived"]["rule"] = "V2n"

    edit(folder, "assessments.yaml", reject)
    edit(folder, "verdicts.yaml", follow)
    report = load_dataset(folder, now=LATER)

    item = claim.evidence.get(finding="glucose disposal in clamps")
    assert list(item.assessments.order_by("pk").values_list("state", "stance")) == [
        ("superseded", "supports"),
        ("submitted", "neutral"),
    ]
    assert item.consensus.stance == "neutral"
    first, second = Verdict.objects.filter(claim=claim).order_by("version")
    assert (first.is_current, second.is_current) == (False, True)
    assert (second.verdict, second.rule) == ("insufficient_evidence", "V2n")
    assert edits_of(report) == {"assessment": {"changed": 1}}
    [change] = report.verdicts
    assert change.why == [f"{item.key}: stance changed from supports to neutral"]


def test_verdict_rated_by_a_reviewer_keeps_its_rating(loaded, folder):
    verdict = Verdict.objects.current().get(claim__key="insulin-promotes-glucose-uptake")
    Verdict.objects.filter(pk=verdict.pk).update(is_current=False)
    verdict.pk, verdict.version, verdict.summary = None, 2, "Rated by a person."
    verdict._state.adding = True
    verdict.save()
    edit(
        folder,
        "verdicts.yaml",
        lambda content: row_of(content, "verdicts", verdict.claim.key).update(summary="Other."),
    )

    report = load_dataset(folder, now=LATER)

    assert Verdict.objects.current().get(claim=verdict.claim).summary == "Rated by a person."
    assert report.kept == [("verdict", verdict.claim.key, ("summary",))]


def test_new_summary_makes_a_new_version(loaded, folder):
    key = "insulin-promotes-glucose-uptake"
    edit(
        folder,
        "verdicts.yaml",
        lambda content: row_of(content, "verdicts", key).update(summary="In other words."),
    )

    report = load_dataset(folder, now=LATER)

    versions = Verdict.objects.filter(claim__key=key).order_by("version")
    assert [(each.version, each.is_current) for each in versions] == [(1, False), (2, True)]
    assert versions.last().summary == "In other words."
    assert versions.last().domains == versions.first().domains
    assert edits_of(report) == {"verdict": {"changed": 1}}


def test_fetched_publication_keeps_what_was_fetched(loaded, folder):
    accord = Publication.objects.filter(pmid="18539917")
    accord.update(title="Effects of Intensive Glucose Lowering", fetched_at=NOW, volume="358")

    def retitle(content):
        row = row_of(content, "publications", "accord-2008")
        row["title"], row["interest_note"] = "Another title", "A note."

    edit(folder, "publications.yaml", retitle)
    report = load_dataset(folder, now=LATER)

    publication = accord.get()
    assert publication.title == "Effects of Intensive Glucose Lowering"
    assert (publication.expected_title, publication.interest_note) == ("Another title", "A note.")
    assert edits_of(report) == {"publication": {"changed": 1}}


def test_entry_that_left_the_data_set_is_left_alone(loaded, folder):
    edit(folder, "relations.yaml", lambda content: content["relations"].pop(0))

    report = load_dataset(folder, now=LATER)

    assert ClaimRelation.objects.count() == 116
    assert report.gone == [
        (
            "relation",
            "ir-persistent-high-glucose-despite-insulin insulin-promotes-glucose-uptake",
        )
    ]


def test_new_entries_arrive(loaded, folder):
    def add(content):
        row = dict(row_of(content, "evidence", "E320"), key="E900", finding="in lean adults")
        content["evidence"].append(row)

    def judge(content):
        content["assessments"].append(dict(row_of(content, "assessments", "E320"), evidence="E900"))

    edit(folder, "evidence.yaml", add)
    edit(folder, "assessments.yaml", judge)
    report = load_dataset(folder, now=LATER)

    assert edits_of(report) == {"evidence": {"created": 1}, "assessment": {"created": 1}}
    assert EvidenceItem.objects.get(finding="in lean adults").consensus.stance == "supports"


def test_evidence_that_was_taken_away_stays_away(loaded, folder):
    item = EvidenceItem.objects.get(claim__key=CLAMPED, finding="glucose disposal in clamps")
    item.assessments.all().delete()
    item.consensus.delete()
    item.delete()

    report = load_dataset(folder, now=LATER)

    assert EvidenceItem.objects.count() == 436
    assert report.kept == [("evidence", "E320", ("removed",)), ("assessment", "E320", ("removed",))]


def test_assessment_that_is_out_of_force_stays_so(loaded, folder):
    item = EvidenceItem.objects.get(claim__key=CLAMPED, finding="glucose disposal in clamps")
    item.assessments.update(state="superseded")
    edit(
        folder,
        "assessments.yaml",
        lambda content: row_of(content, "assessments", "E320").update(rationale="In other words."),
    )

    report = load_dataset(folder, now=LATER)

    assert item.assessments.get().state == "superseded"
    assert report.kept == [("assessment", "E320", ("rationale",))]


def test_edit_of_the_same_moment_is_kept(loaded):
    claim = Claim.objects.get(key="insulin-promotes-glucose-uptake")

    def edited_meanwhile(row):
        Claim.objects.filter(pk=row.pk).update(note="By a reviewer.")
        return ()

    entries = {"claim": {claim.key: DatasetEntry.objects.get(kind="claim", key=claim.key)}}
    load = Load(initial_curation(), LATER, LoadReport("any"), entries)
    Merge("claim", Claim, leave=edited_meanwhile).run(
        load, [Wanted(claim.key, {"note": "By the data set."})]
    )

    claim.refresh_from_db()
    assert claim.note == "By a reviewer."
    assert load.report.kept == [("claim", claim.key, ("note",))]


def test_summary_that_fell_with_its_verdict_is_no_edit(loaded):
    verdict = Verdict.objects.current().get(claim__key="insulin-promotes-glucose-uptake")
    Consensus.objects.filter(item__claim=verdict.claim).update(
        kind="adjudicated", reviewers=2, decided_by=initial_curation(), stance="contradicts"
    )
    derive_verdicts([verdict.claim], by=initial_curation(), now=LATER)
    assert Verdict.objects.current().get(claim=verdict.claim).summary == ""

    report = load_dataset(DATASET, now=LATER)

    assert (report.kept, report.verdicts) == ([], [])


def test_time_of_an_imported_text_is_no_edit(loaded):
    ArticleSnapshot.objects.update(retrieved_at=NOW)
    assert load_dataset(DATASET, now=LATER).tallies["snapshot"].kept == 1

    with pgtrigger.ignore("claims.ArticleSnapshot:text_is_what_it_says"):
        ArticleSnapshot.objects.update(text="This stands for the text.")

    assert load_dataset(DATASET, now=LATER).tallies["snapshot"].kept == 0
