"""Verdicts: derived version by version, rated, approved, gone stale."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.actions.errors import (
    AlreadyApproved,
    AlreadyWithdrawn,
    IllegalChange,
    NotAllowed,
    Outdated,
    OwnWork,
)
from claims.actions.people import initial_curation
from claims.actions.verdicts import approve_verdict, derive_verdicts, rate_certainty
from claims.models import Claim, Consensus, Verdict
from claims.models.verdict import DOMAINS
from sources.models import Publication, Trial
from tests.at_once import at_once
from tests.breaking import refused
from tests.factories import (
    NOW,
    ClaimFactory,
    ConsensusFactory,
    EvidenceItemFactory,
    InclusionFactory,
    PublicationFactory,
    ReportFactory,
    SearchRecordFactory,
    TrialFactory,
    UserFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)
NO_STEPS = dict.fromkeys(DOMAINS, 0)


def derive(*claims, now=NOW):
    return derive_verdicts(claims or None, by=initial_curation(), now=now)


def current(claim):
    return Verdict.objects.current().get(claim=claim)


def newest(claim):
    return claim.verdicts.order_by("version").last()


def versions(claim):
    """Return (version, label, whether current, whether stale) of each version of a claim's verdict."""
    return [
        (each.version, each.label, each.is_current, each.stale_since is not None)
        for each in claim.verdicts.order_by("version")
    ]


def judged(claim=None, **judgement):
    """Return an item with a consensus, whose publication was fetched and is in order."""
    item = EvidenceItemFactory(
        claim=claim or ClaimFactory(), publication=PublicationFactory(fetched=True)
    )
    ConsensusFactory(item=item, **judgement)
    return item


def approved(claim):
    """Derive, rate nothing, and have an editor approve; return the verdict."""
    derive(claim)
    verdict = newest(claim)
    approve_verdict(verdict, by=UserFactory(role="editor"), now=NOW)
    verdict.refresh_from_db()
    return verdict


def rate(claim, *, by=None, **values):
    given = {
        "framework": "grade",
        "start_level": 4,
        "domains": NO_STEPS,
        "reasons": {},
        "summary": "It does.",
        **values,
    }
    return rate_certainty(claim, **given, by=by or UserFactory(role="reviewer"), now=NOW)


def test_claim_without_evidence_is_unassessed():
    claim = ClaimFactory()

    [change] = derive(claim)

    assert (change.before, change.after.label, change.why) == (
        None,
        "Unassessed",
        ["first derived"],
    )
    assert versions(claim) == [(1, "Unassessed", True, False)]
    verdict = current(claim)
    assert (verdict.certainty, verdict.framework, verdict.summary) == ("not_rated", "none", "")
    assert verdict.evidence_counts == {
        "supports": 0,
        "contradicts": 0,
        "neutral": 0,
        "not_counted": 0,
    }


def test_deriving_again_changes_nothing():
    claim = judged().claim
    derive(claim)

    assert derive(claim, now=LATER) == []
    assert versions(claim) == [(1, "Supported", True, False)]


def test_unapproved_verdict_is_followed_by_what_is_found_now():
    item = judged()
    derive(item.claim)
    Consensus.objects.filter(item=item).update(stance="contradicts")

    [change] = derive(item.claim)

    assert versions(item.claim) == [
        (1, "Supported", False, False),
        (2, "Contested (Contradicted)", True, False),
    ]
    assert change.why == [f"{item.key}: stance changed from supports to contradicts"]


def test_approved_verdict_stays_up_and_says_what_shook_it():
    item = judged()
    verdict = approved(item.claim)
    Publication.objects.filter(pk=item.publication_id).update(integrity="retracted")

    derive(now=LATER)

    assert versions(item.claim) == [
        (1, "Supported", True, True),
        (2, "Unassessed", False, False),
    ]
    verdict.refresh_from_db()
    assert verdict.stale_since == LATER
    assert verdict.stale_reason == f"{item.key}: its publication is now marked as retracted."


def test_stale_verdict_keeps_the_time_at_which_it_went_stale():
    item = judged()
    verdict = approved(item.claim)
    Publication.objects.filter(pk=item.publication_id).update(integrity="retracted")
    derive(now=LATER)
    Publication.objects.filter(pk=item.publication_id).update(identity="mismatch")

    derive(now=LATER + timedelta(days=1))

    verdict.refresh_from_db()
    assert verdict.stale_since == LATER
    assert verdict.stale_reason == (
        f"{item.key}: its publication is now marked as retracted; "
        f"{item.key}: the record fetched is not the work that was meant."
    )


def test_verdict_is_no_longer_stale_when_its_grounds_are_back():
    item = judged()
    verdict = approved(item.claim)
    Publication.objects.filter(pk=item.publication_id).update(integrity="retracted")
    derive(now=LATER)
    Publication.objects.filter(pk=item.publication_id).update(integrity="current")

    derive(now=LATER)

    verdict.refresh_from_db()
    assert (verdict.stale_since, verdict.stale_reason) == (None, "")
    assert verdict.is_current


@pytest.mark.parametrize(
    "news",
    [
        {"integrity": "unknown", "integrity_checked_at": None, "pubmed_integrity": "unknown"},
        {"identity": "unconfirmed"},
        {"title": "The same in other words"},
    ],
)
def test_news_that_bear_on_nothing_change_nothing(news):
    item = judged()
    derive(item.claim)
    Publication.objects.filter(pk=item.publication_id).update(**news)

    assert derive(item.claim) == []


@pytest.mark.parametrize(
    ("publication", "words"),
    [
        ({"integrity": "corrected"}, "its publication is now marked as corrected"),
        (
            {"integrity": "expression_of_concern"},
            "its publication is now marked as expression of concern",
        ),
        ({"identity": "mismatch"}, "the record fetched is not the work that was meant"),
    ],
)
def test_news_from_sources_are_told(publication, words):
    item = judged()
    derive(item.claim)
    Publication.objects.filter(pk=item.publication_id).update(**publication)

    [change] = derive()

    assert change.why == [f"{item.key}: {words}"]


def test_unjudged_evidence_is_listed_and_shakes_nothing():
    claim = judged().claim
    approved(claim)
    item = EvidenceItemFactory(claim=claim)

    [change] = derive(claim)

    assert change.why == [f"{item.key} was added"]
    assert versions(claim) == [(1, "Supported", True, False), (2, "Supported", False, False)]


def test_one_trial_counts_once():
    claim, trial = ClaimFactory(), TrialFactory()
    for _ in range(2):
        ReportFactory(publication=judged(claim).publication, trial=trial)
    item = EvidenceItemFactory(claim=claim, of_trial=True, trial=trial)
    ConsensusFactory(item=item)

    derive(claim)

    trace = current(claim).trace
    assert {row["unit"] for row in trace["items"]} == {f"trial:{trial.registry_id}"}
    assert trace["counts"]["decisive_for"] == 1


def test_review_puts_out_an_opposing_trial_that_it_includes():
    claim = ClaimFactory()
    small, review = judged(claim, stance="contradicts"), judged(claim, study_design="meta_analysis")
    unit = ReportFactory(publication=small.publication).trial
    InclusionFactory(review=review.publication, publication=small.publication)

    derive(claim)

    rows = {row["key"]: row for row in current(claim).trace["items"]}
    assert current(claim).label == "Supported"
    assert rows[review.key]["includes"] == [f"trial:{unit.registry_id}"]
    assert rows[small.key]["reason"] == "inside_opposing_review"


def test_review_may_include_a_trial_itself():
    item = judged(study_design="meta_analysis")
    trial = InclusionFactory(review=item.publication, of_trial=True).trial

    derive(item.claim)

    assert current(item.claim).trace["items"][0]["includes"] == [f"trial:{trial.registry_id}"]


def test_trial_whose_record_is_another_does_not_count():
    item = EvidenceItemFactory(of_trial=True)
    ConsensusFactory(item=item)
    Trial.objects.filter(pk=item.trial_id).update(identity="mismatch")

    derive(item.claim)

    assert current(item.claim).trace["items"][0]["reason"] == "identity_in_conflict"


def test_search_that_found_nothing_counts_until_it_is_too_old():
    claim = SearchRecordFactory(run_on=NOW.date()).claim
    derive(claim)
    assert current(claim).label == "Insufficient evidence"

    [change] = derive(claim, now=NOW + timedelta(days=400))

    assert (current(claim).label, change.why) == ("Unassessed", ["the last search is too long ago"])


def test_compound_claim_follows_its_parts():
    whole = ClaimFactory()
    first, second = ClaimFactory.create_batch(2, parent=whole)
    judged(first)
    item = judged(second)
    derive(whole)
    assert current(whole).label == "Supported"
    Consensus.objects.filter(item=item).update(stance="contradicts")

    changes = derive(second)

    assert {change.claim.key for change in changes} == {whole.key, second.key}
    assert current(whole).label == "Partly supported"
    assert current(whole).evidence_counts == {
        "supports": 1,
        "contradicts": 1,
        "neutral": 0,
        "not_counted": 0,
    }
    why = next(change.why for change in changes if change.claim == whole)
    assert why == [
        f"the part {second.key} changed: supported, essential, certainty not rated, "
        "now contested, contradicted, essential, certainty not rated"
    ]


def test_withdrawn_part_is_left_out():
    whole = ClaimFactory()
    standing, withdrawn = ClaimFactory.create_batch(2, parent=whole)
    judged(standing)
    judged(withdrawn, stance="contradicts")
    Claim.objects.filter(pk=withdrawn.pk).update(state="withdrawn")

    derive(whole)

    assert current(whole).label == "Supported"
    assert not withdrawn.verdicts.exists()


@pytest.mark.parametrize(
    ("consensus", "status"),
    [
        ({"reviewers": 0}, 0),
        ({"reviewers": 1}, 1),
        ({"kind": "unanimous", "reviewers": 2}, 2),
        ({"adjudicated": True}, 3),
    ],
)
def test_review_status_says_who_has_looked(consensus, status):
    item = judged(**consensus)

    derive(item.claim)

    assert current(item.claim).review_status == status


def test_review_status_is_the_least_of_what_counts():
    claim = ClaimFactory()
    judged(claim, adjudicated=True)
    judged(claim, reviewers=1)
    judged(claim, reviewers=0, stance="not_addressed")

    derive(claim)

    assert current(claim).review_status == 1


def test_review_status_of_a_compound_claim_is_the_least_of_its_parts():
    whole = ClaimFactory()
    for reviewers in (1, 0):
        judged(ClaimFactory(parent=whole), reviewers=reviewers)

    derive(whole)

    assert current(whole).review_status == 0


@pytest.mark.parametrize("claims", [1, 3])
def test_deriving_takes_the_same_queries_for_any_number_of_claims(claims):
    for _ in range(claims):
        whole = ClaimFactory()
        for part in ClaimFactory.create_batch(2, parent=whole):
            review = judged(part, study_design="meta_analysis").publication
            InclusionFactory(review=review)
    by = initial_curation()

    with CaptureQueriesContext(connection) as first:
        derive_verdicts(by=by, now=NOW)
    with CaptureQueriesContext(connection) as second:
        derive_verdicts(by=by, now=LATER)

    assert (len(first), len(second)) == (13, 11)


def test_rated_certainty_is_carried_on_to_later_versions():
    item = judged()
    derive(item.claim)
    rate(
        item.claim,
        domains={**NO_STEPS, "imprecision": -1},
        reasons={"imprecision": "One small trial."},
    )
    ConsensusFactory(item=EvidenceItemFactory(claim=item.claim))

    derive(item.claim)

    verdict = current(item.claim)
    assert (verdict.version, verdict.certainty, verdict.framework) == (3, "moderate", "grade")
    assert verdict.domains == {**NO_STEPS, "imprecision": -1}
    assert verdict.domain_reasons == {"imprecision": "One small trial."}
    assert verdict.summary == "It does."


def test_summary_does_not_outlive_its_verdict():
    item = judged()
    rate(item.claim)
    Consensus.objects.filter(item=item).update(stance="contradicts")

    derive(item.claim)

    assert (current(item.claim).label, current(item.claim).summary) == (
        "Contested (Contradicted)",
        "",
    )
    assert current(item.claim).certainty == "high"


def test_rating_survives_a_time_without_consensus():
    item = judged()
    rate(item.claim)
    consensus = Consensus.objects.get(item=item)
    consensus.delete()
    derive(item.claim)
    assert (current(item.claim).label, current(item.claim).certainty) == ("Unassessed", "not_rated")
    consensus.pk = None
    consensus.save()

    derive(item.claim)

    assert (current(item.claim).label, current(item.claim).certainty) == ("Supported", "high")


def test_override_stands_while_the_ruleset_finds_the_same():
    item = judged()
    derive(item.claim)
    found = current(item.claim)
    Verdict.objects.filter(pk=found.pk).update(is_current=False)
    VerdictFactory(
        claim=item.claim,
        version=2,
        verdict="partly_supported",
        derived_verdict="supported",
        override_reason="One trial is thin.",
        evidence_hash="0" * 64,
        trace=found.trace,
        rule=found.rule,
    )

    derive(item.claim)
    overridden = current(item.claim)
    Consensus.objects.filter(item=item).update(stance="contradicts")
    derive(item.claim)
    derived = current(item.claim)

    assert (overridden.version, overridden.label) == (3, "Partly supported")
    assert overridden.override_reason == "One trial is thin."
    assert (derived.label, derived.override_reason) == ("Contested (Contradicted)", "")


def test_rating_keeps_an_override():
    item = judged()
    derive(item.claim)
    found = current(item.claim)
    Verdict.objects.filter(pk=found.pk).update(is_current=False)
    VerdictFactory(
        claim=item.claim,
        version=2,
        verdict="partly_supported",
        derived_verdict="supported",
        override_reason="One trial is thin.",
    )

    verdict = rate(item.claim)

    assert (verdict.label, verdict.certainty) == ("Partly supported", "high")


def test_rating_an_approved_verdict_waits_for_approval():
    item = judged()
    verdict = approved(item.claim)

    rated = rate(item.claim)

    assert (rated.version, rated.is_current, rated.approved_by) == (2, False, None)
    verdict.refresh_from_db()
    assert verdict.is_current


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"framework": "grade_adapted"}, "A causation claim is rated by grade, not grade_adapted."),
        ({"start_level": 5}, "start_level: 5 is none of 1, 2, 3, 4"),
        (
            {"domains": {**NO_STEPS, "imprecision": -4}, "reasons": {"imprecision": "x"}},
            "imprecision: -4 is not within -3 to 0",
        ),
        (
            {"domains": {**NO_STEPS, "imprecision": -1}},
            "Say why imprecision changes the certainty.",
        ),
        ({"reasons": {"luck": "x"}}, "There is no domain luck."),
        ({"summary": " "}, "A summary in plain words is missing."),
    ],
)
def test_illegal_rating_is_refused(values, message):
    claim = ClaimFactory()

    with pytest.raises(IllegalChange) as refusal:
        rate(claim, **values)

    assert str(refusal.value) == message
    assert not claim.verdicts.exists()


def test_certainty_of_a_definition_is_not_rated():
    with pytest.raises(IllegalChange, match="The certainty of a definition claim is not rated"):
        rate(ClaimFactory(claim_type="definition"))


def test_certainty_of_a_compound_claim_follows_from_its_parts():
    whole = ClaimFactory()
    for start_level in (4, 2):
        part = judged(ClaimFactory(parent=whole)).claim
        rate(part, start_level=start_level)

    verdict = current(whole)
    assert (verdict.certainty, verdict.certainty_from, verdict.framework) == (
        "low",
        "parts",
        "grade",
    )
    with pytest.raises(IllegalChange, match="follows from its parts"):
        rate(whole)


def test_rating_needs_permission():
    with pytest.raises(NotAllowed):
        rate(ClaimFactory(), by=UserFactory())


def test_approval_publishes_the_claim():
    claim = judged().claim
    derive(claim)
    editor = UserFactory(role="editor")

    approve_verdict(newest(claim), by=editor, now=LATER)

    verdict = current(claim)
    claim.refresh_from_db()
    assert (verdict.approved_by, verdict.approved_at) == (editor, LATER)
    assert claim.state == "published"
    event = Verdict.pgh_event_model.objects.order_by("pgh_id").last()
    assert event.pgh_context == {"user": editor.pk, "reason": "verdict approved"}


def test_approving_what_waits_replaces_what_went_stale():
    item = judged()
    approved(item.claim)
    Consensus.objects.filter(item=item).update(stance="contradicts")
    derive(item.claim)

    approve_verdict(newest(item.claim), by=UserFactory(role="editor"), now=LATER)

    assert versions(item.claim) == [
        (1, "Supported", False, True),
        (2, "Contested (Contradicted)", True, False),
    ]


def test_approval_is_given_once():
    verdict = approved(judged().claim)

    with pytest.raises(AlreadyApproved):
        approve_verdict(verdict, by=UserFactory(role="editor"), now=NOW)


def test_nobody_approves_their_own():
    claim, editor = judged().claim, UserFactory(role="editor")
    verdict = rate(claim, by=editor)

    with pytest.raises(OwnWork):
        approve_verdict(verdict, by=editor, now=NOW)

    assert current(claim).approved_by is None


def test_only_the_newest_is_approved():
    item = judged()
    derive(item.claim)
    first = newest(item.claim)
    rate(item.claim)

    with pytest.raises(Outdated):
        approve_verdict(first, by=UserFactory(role="editor"), now=NOW)


def test_what_has_changed_since_is_not_approved():
    item = judged()
    derive(item.claim)
    verdict = newest(item.claim)
    Publication.objects.filter(pk=item.publication_id).update(integrity="retracted")

    with pytest.raises(Outdated):
        approve_verdict(verdict, by=UserFactory(role="editor"), now=NOW)

    assert versions(item.claim) == [(1, "Supported", False, False), (2, "Unassessed", True, False)]


def test_verdict_of_a_withdrawn_claim_is_not_approved():
    item = judged()
    derive(item.claim)
    Claim.objects.filter(pk=item.claim_id).update(state="withdrawn")

    with pytest.raises(AlreadyWithdrawn):
        approve_verdict(newest(item.claim), by=UserFactory(role="editor"), now=NOW)


def test_reviewers_do_not_approve():
    claim = judged().claim
    derive(claim)

    with pytest.raises(NotAllowed):
        approve_verdict(newest(claim), by=UserFactory(role="reviewer"), now=NOW)


def test_crash_in_the_middle_leaves_nothing(monkeypatch):
    claims = [judged().claim for _ in range(3)]

    def break_off(*arguments):
        raise RuntimeError("killed")

    monkeypatch.setattr("claims.actions.proposals._mark_stale", break_off)
    with pytest.raises(RuntimeError):
        derive(*claims)

    assert not Verdict.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_derivers_at_once_write_each_version_once():
    claims = [judged().claim for _ in range(5)]
    by = initial_curation()

    outcomes = at_once(*[lambda: derive_verdicts(by=by, now=NOW) for _ in range(4)])

    assert sorted(len(changes) for changes in outcomes) == [0, 0, 0, 5]
    assert [versions(claim) for claim in claims] == [[(1, "Supported", True, False)]] * 5


@pytest.mark.django_db(transaction=True)
def test_of_two_approvals_at_once_one_is_told():
    claim = judged().claim
    derive(claim)
    verdict, editors = newest(claim), UserFactory.create_batch(2, role="editor")

    outcomes = at_once(
        *[lambda editor=editor: approve_verdict(verdict, by=editor, now=NOW) for editor in editors]
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyApproved", "NoneType"]


def test_same_version_twice_is_refused_by_the_database():
    verdict = VerdictFactory()

    with refused("verdict_version_once"):
        VerdictFactory(claim=verdict.claim, is_current=False)
