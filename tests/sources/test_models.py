"""Every constraint and trigger of the app, broken once; none can be forgotten."""

import pytest

from sources.models import FetchAttempt, FetchRequest, Payload, Publication, Trial
from tests.breaking import (
    constraints_of,
    is_in_force,
    models_of,
    refused,
    triggers_of,
    vocabularies_of,
)
from tests.factories import (
    NOW,
    BadRecordFactory,
    DeletedPMIDFactory,
    FetchAttemptFactory,
    FetchBatchFactory,
    FetchRequestFactory,
    FileImportFactory,
    IdentityConflictFactory,
    InclusionFactory,
    IntegrityNoticeFactory,
    PayloadFactory,
    PublicationFactory,
    RateBudgetFactory,
    RegistrationAliasFactory,
    RegistrationChangeFactory,
    ReportFactory,
    TrialDigestFactory,
    TrialFactory,
    TrialResultFactory,
)

pytestmark = pytest.mark.django_db

FACTORIES = {
    Publication: PublicationFactory,
    Trial: TrialFactory,
    ReportFactory._meta.model: ReportFactory,
    RegistrationChangeFactory._meta.model: RegistrationChangeFactory,
    IntegrityNoticeFactory._meta.model: IntegrityNoticeFactory,
    FileImportFactory._meta.model: FileImportFactory,
    IdentityConflictFactory._meta.model: IdentityConflictFactory,
}


def including_itself():
    review = PublicationFactory()
    InclusionFactory(review=review, publication=review)


def same_inclusion_twice(**included):
    InclusionFactory.create_batch(2, review=PublicationFactory(), **included)


def budget(**values):
    row = RateBudgetFactory()
    type(row).objects.filter(pk=row.pk).update(**values)


def notice_twice():
    notice = IntegrityNoticeFactory()
    IntegrityNoticeFactory(publication=notice.publication, notice_pmid=notice.notice_pmid)


def request_twice_in_a_batch():
    batch, request = FetchBatchFactory(), FetchRequestFactory()
    for _ in range(2):
        batch.entries.create(request=request)


def conflict_with_itself():
    paper = PublicationFactory(doi="10.5555/shared")
    IdentityConflictFactory(of_two=True, publication=paper, other_publication=paper)


def conflict_twice(**parties):
    first = IdentityConflictFactory(**parties)
    parties = {"publication": first.publication, "trial": first.trial, **parties}
    IdentityConflictFactory(**parties)


BREAKS = {
    "identity_conflict_one_open_a_publication": [conflict_twice],
    "identity_conflict_one_open_a_trial": [lambda: conflict_twice(of_trials=True)],
    "identity_conflict_has_one_subject": [
        lambda: IdentityConflictFactory(publication=None),
        lambda: IdentityConflictFactory(trial=TrialFactory()),
        lambda: IdentityConflictFactory(of_trials=True, other_trial=None),
        lambda: IdentityConflictFactory(of_trials=True, publication=PublicationFactory()),
    ],
    "identity_conflict_of_two_names_both": [
        lambda: IdentityConflictFactory(of_two=True, other_publication=None)
    ],
    "identity_conflict_is_not_with_itself": [conflict_with_itself],
    "identity_conflict_resolution_is_whole": [
        lambda: IdentityConflictFactory(resolved=True, reason=""),
        lambda: IdentityConflictFactory(resolved=True, resolved_at=None),
        lambda: IdentityConflictFactory(reason="read both"),
    ],
    "identity_conflict_is_resolved_by_a_person": [
        lambda: IdentityConflictFactory(resolved=True, resolved_by=None),
        lambda: IdentityConflictFactory(resolved=True, resolution="gone"),
    ],
    "fetch_request_one_live": [
        lambda: FetchRequestFactory.create_batch(2, identifier="123"),
        lambda: [
            FetchRequestFactory(identifier="123"),
            FetchRequestFactory(identifier="123", running=True),
        ],
    ],
    "fetch_request_running_is_leased": [
        lambda: FetchRequestFactory(running=True, lease=None),
        lambda: FetchRequestFactory(running=True, leased_until=None),
        lambda: FetchRequestFactory(leased_until=NOW),
    ],
    "fetch_request_end_has_a_time": [
        lambda: FetchRequestFactory(succeeded=True, finished_at=None),
        lambda: FetchRequestFactory(finished_at=NOW),
    ],
    "registration_change_is_one": [
        lambda: RegistrationChangeFactory(before=12, after=12),
        lambda: RegistrationChangeFactory(before=None, after=None),
    ],
    "registration_change_acknowledged_whole": [
        lambda: RegistrationChangeFactory(acknowledged=True, note=""),
        lambda: RegistrationChangeFactory(acknowledged=True, acknowledged_by=None),
        lambda: RegistrationChangeFactory(acknowledged=True, acknowledged_at=None),
        lambda: RegistrationChangeFactory(note="Seen."),
    ],
    "fetch_request_failed_says_why": [lambda: FetchRequestFactory(failed=True, last_error="")],
    "fetch_request_identifier_fits_service": [
        lambda: FetchRequestFactory(identifier="NCT00000620"),
        lambda: FetchRequestFactory(identifier="012345"),
        lambda: FetchRequestFactory(for_trial=True, identifier="12345"),
        lambda: FetchRequestFactory(service="crossref", identifier="12345"),
        lambda: FetchRequestFactory(service="elsewhere"),
    ],
    "fetch_batch_says_why": [lambda: FetchBatchFactory(reason="")],
    "fetch_batch_entry_once": [request_twice_in_a_batch],
    "fetch_attempt_failure_says_why": [lambda: FetchAttemptFactory(failed=True, error="")],
    "rate_budget_is_positive": [lambda: budget(per_second=0), lambda: budget(per_second=1001)],
    "rate_budget_told_is_positive_and_dated": [
        lambda: RateBudgetFactory(told_per_second=0, told_at=NOW),
        lambda: RateBudgetFactory(told_per_second=3),
        lambda: RateBudgetFactory(told_at=NOW),
    ],
    "rate_budget_pause_says_why": [lambda: budget(paused_until=NOW)],
    "trial_registry_id_fits_its_registry": [
        lambda: TrialFactory(registry_id="NCT123"),
        lambda: TrialFactory(registry_id="ISRCTN75451837"),
        lambda: TrialFactory(registry="isrctn", registry_id="NCT00000620"),
        lambda: TrialFactory(registry="elsewhere"),
    ],
    "trial_result_once": [
        lambda: TrialResultFactory.create_batch(
            2, trial=TrialFactory(), publication=PublicationFactory(), outcome="death"
        )
    ],
    "trial_result_interval_contains_estimate": [
        lambda: TrialResultFactory(estimate=0.7),
        lambda: TrialResultFactory(ci_low=None),
        lambda: TrialResultFactory(ci_high=None),
        lambda: TrialResultFactory(estimate=None),
    ],
    "publication_has_an_identifier": [lambda: PublicationFactory(pmid=None)],
    "publication_pmid_is_digits": [
        lambda: PublicationFactory(pmid="26x"),
        lambda: PublicationFactory(pmid="026052984"),
        lambda: PublicationFactory(pmid="0"),
    ],
    "publication_doi_is_lower_case": [
        lambda: PublicationFactory(doi="10.1056/NEJMoa1501352"),
        lambda: PublicationFactory(doi="doi:10.1056/nejmoa1501352"),
    ],
    "publication_pmcid_is_whole": [lambda: PublicationFactory(pmcid="4551392")],
    "publication_date_is_partial_from_the_right": [
        lambda: PublicationFactory(day=3),
        lambda: PublicationFactory(year=None, month=3),
        lambda: PublicationFactory(month=13),
        lambda: PublicationFactory(month=1, day=32),
    ],
    "publication_abstract_state_tells_the_truth": [
        lambda: PublicationFactory(fetched=True, abstract_sections=[]),
        lambda: PublicationFactory(fetched=True, abstract_state="absent_in_source"),
    ],
    "publication_abstract_is_known_only_when_fetched": [
        lambda: PublicationFactory(abstract_state="absent_in_source")
    ],
    "publication_is_current_only_when_checked": [lambda: PublicationFactory(integrity="current")],
    "publication_pubmed_speaks_only_when_asked": [
        lambda: PublicationFactory(pubmed_integrity="corrected", integrity="corrected")
    ],
    "publication_crossref_speaks_only_when_asked": [
        lambda: PublicationFactory(crossref_integrity="retracted", integrity="retracted")
    ],
    "publication_integrity_no_milder_than_pubmed": [
        lambda: PublicationFactory(
            pubmed_integrity="expression_of_concern", pubmed_checked_at=NOW, integrity="corrected"
        )
    ],
    "publication_integrity_no_milder_than_crossref": [
        lambda: PublicationFactory(
            fetched=True, crossref_integrity="retracted", crossref_checked_at=NOW
        )
    ],
    "report_once_a_trial": [
        lambda: ReportFactory.create_batch(
            2, publication=PublicationFactory(), trial=TrialFactory()
        )
    ],
    "inclusion_of_a_publication_or_a_trial": [
        lambda: InclusionFactory(publication=None),
        lambda: InclusionFactory(trial=TrialFactory()),
    ],
    "inclusion_not_of_itself": [including_itself],
    "inclusion_once": [
        lambda: same_inclusion_twice(publication=PublicationFactory()),
        lambda: same_inclusion_twice(publication=None, trial=TrialFactory()),
    ],
    "integrity_notice_once": [notice_twice],
    "integrity_notice_seen_in_order": [
        lambda: IntegrityNoticeFactory(last_seen_at=NOW.replace(year=2020))
    ],
    "file_import_once": [lambda: FileImportFactory.create_batch(2, sha256="ab" * 32)],
    "file_import_end_has_a_time": [
        lambda: FileImportFactory(state="done"),
        lambda: FileImportFactory(finished_at=NOW),
    ],
    "bad_record_once": [
        lambda: BadRecordFactory.create_batch(2, file_import=FileImportFactory(), position=1)
    ],
    "bad_record_says_why": [lambda: BadRecordFactory(reason="")],
    "deleted_pmid_is_digits": [lambda: DeletedPMIDFactory(pmid="12a")],
    "payload_once": [lambda: PayloadFactory.create_batch(2, identifier="123")],
}


@pytest.mark.parametrize(
    ("name", "breaking"),
    [(name, breaking) for name, ways in BREAKS.items() for breaking in ways],
    ids=[f"{name}-{n}" for name, ways in BREAKS.items() for n in range(len(ways))],
)
def test_database_refuses_what_breaks_a_constraint(name, breaking):
    with refused(f'"{name}"'):
        breaking()


def test_every_constraint_is_broken():
    assert constraints_of("sources") == set(BREAKS)


@pytest.mark.parametrize(
    ("model", "field", "name"), vocabularies_of("sources"), ids=lambda value: str(value)
)
def test_database_refuses_a_word_that_is_none(model, field, name):
    condition = {each.name: each for each in model._meta.constraints}[name].condition

    with refused("violates check constraint"):
        FACTORIES[model](**{field: "nonsense"})

    assert not condition.check({field: "nonsense"})
    assert is_in_force(model, name)


SECOND_OF_ITS_KIND = {
    "publication pmid": lambda: PublicationFactory.create_batch(2, pmid="123"),
    "publication doi": lambda: PublicationFactory.create_batch(2, doi="10.5555/x"),
    "publication pmcid": lambda: PublicationFactory.create_batch(2, pmcid="PMC123"),
    "trial registry_id": lambda: TrialFactory.create_batch(2, registry_id="NCT00000620"),
    "registrationalias registry_id": lambda: RegistrationAliasFactory.create_batch(
        2, registry_id="NCT00000620"
    ),
    "trialdigest trial": lambda: TrialDigestFactory.create_batch(2, trial=TrialFactory()),
    "ratebudget service": lambda: type(RateBudgetFactory()).objects.create(
        service="pubmed", per_second=1, next_at=NOW
    ),
}


@pytest.mark.parametrize("name", SECOND_OF_ITS_KIND)
def test_database_refuses_a_second_of_what_is_unique(name):
    with refused("duplicate key"):
        SECOND_OF_ITS_KIND[name]()


def test_every_unique_field_is_tried():
    unique = {
        f"{model._meta.model_name} {field.name}"
        for model in models_of("sources")
        for field in model._meta.fields
        if field.unique and not field.primary_key
    }

    assert unique == set(SECOND_OF_ITS_KIND)


def test_attempts_are_never_changed_or_deleted():
    attempt = FetchAttemptFactory()

    with refused("Cannot update or delete"):
        FetchAttempt.objects.update(outcome="network", error="no answer")
    with refused("Cannot update or delete"):
        attempt.delete()

    assert triggers_of("sources") == {
        "fetchattempt append_only",
        "publication before_first_change",
        "registrationalias not_a_trials_own",  # the next test
        "trial not_an_alias",
        "trial name_keys",  # test_trial_names.py
    }


def test_a_number_is_a_trials_own_or_an_alias_and_never_both():
    trial = TrialFactory(registry_id="NCT00000001")
    alias = RegistrationAliasFactory(registry_id="NCT00000002", trial=trial)

    with refused("alias_not_a_trials_own: NCT00000001"):
        RegistrationAliasFactory(registry_id="NCT00000001")
    with refused("alias_not_a_trials_own: NCT00000001"):
        type(alias).objects.update(registry_id="NCT00000001")
    with refused("trial_not_an_alias: NCT00000002"):
        TrialFactory(registry_id="NCT00000002")
    with refused("trial_not_an_alias: NCT00000002"):
        Trial.objects.filter(pk=trial.pk).update(registry_id="NCT00000002")


def test_a_finished_request_leaves_room_for_another():
    FetchRequestFactory(identifier="123", succeeded=True)
    FetchRequestFactory(identifier="123", failed=True)

    live = FetchRequestFactory(identifier="123")

    assert list(FetchRequest.objects.live()) == [live]


@pytest.mark.parametrize(
    ("identifiers", "public_id", "text"),
    [
        ({"pmid": "26052984", "doi": "10.5555/a"}, "26052984", "PMID 26052984"),
        ({"pmid": None, "pmcid": "PMC12", "doi": "10.5555/a"}, "PMC12", "PMC12"),
        ({"pmid": None, "doi": "10.5555/a"}, "10.5555/a", "doi:10.5555/a"),
    ],
)
def test_publication_goes_by_its_best_identifier(identifiers, public_id, text):
    publication = PublicationFactory(**identifiers)

    assert publication.public_id == public_id
    assert publication.identifier_text == text
    assert list(Publication.objects.identified_by(public_id.upper())) == [publication]


@pytest.mark.parametrize(
    ("authors", "expected", "citation"),
    [
        ([{"family": "Yang", "given": "Xin"}], "Young X", "Yang 2015"),
        ([{"collective": "ORIGIN Trial Investigators"}], "", "ORIGIN Trial Investigators 2015"),
        ([], "Gerstein HC", "Gerstein HC 2015"),
        ([], "", "2015"),
    ],
)
def test_publication_is_cited_by_its_first_author(authors, expected, citation):
    publication = PublicationFactory.build(authors=authors, expected_first_author=expected)

    assert publication.short_citation == citation


def test_trial_is_found_by_any_of_its_names():
    trial = TrialFactory(acronym="SAVOR-TIMI 53", aliases=["SAVIOR"])
    TrialFactory()

    assert [Trial.objects.resolve(name).trial for name in ("savor-timi 53", "savior")] == [
        trial,
        trial,
    ]


def test_payload_gives_back_the_bytes_that_came():
    content = b"<PubmedArticle>" + bytes(range(256)) + b"</PubmedArticle>"

    PayloadFactory(content=content)

    assert bytes(Payload.objects.get().content) == content
