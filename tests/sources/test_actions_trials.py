"""Storing registrations: old numbers, changes since, and who has looked at them."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from sources.actions.registrations import AlreadyAcknowledged, NoNote, acknowledge
from sources.actions.trials import ensure_trial, store_trial
from sources.clinicaltrials_json import parse_study
from sources.models import (
    FetchRequest,
    IdentityConflict,
    Payload,
    RegistrationAlias,
    RegistrationChange,
    Service,
    Trial,
)
from sources.registration import TrialRecord
from tests.at_once import at_once
from tests.factories import (
    NOW,
    RegistrationAliasFactory,
    RegistrationChangeFactory,
    TrialFactory,
    UserFactory,
)
from tests.standins.trials import study

pytestmark = pytest.mark.django_db

OLD, NEW = "NCT00000009", "NCT00790205"
LATER = NOW + timedelta(days=30)
RECORD = TrialRecord(
    registry_id=NEW,
    brief_title="A diet",
    status="RECRUITING",
    enrollment=300,
    enrollment_type="ESTIMATED",
    masking="NONE",
    primary_outcomes=[{"measure": "Weight", "description": None, "time_frame": "1 year"}],
    last_update_posted="2019-01-01",
)


def store(record=RECORD, *, asked=None, now=NOW, raw=None):
    return store_trial(
        Service.CLINICALTRIALS,
        asked or record.registry_id,
        record,
        raw or repr(record).encode(),
        now=now,
    )


def changes():
    rows = RegistrationChange.objects.in_order()
    return list(rows.values_list("field", "before", "after", "basis", "noticed_at"))


def aliases():
    return dict(RegistrationAlias.objects.values_list("registry_id", "trial__registry_id"))


# Old numbers


def test_a_trial_found_under_an_old_number_is_the_real_one():
    trial = store(asked=OLD)

    assert Trial.objects.get() == trial
    assert (trial.registry_id, aliases()) == (NEW, {OLD: NEW})


def test_a_trial_known_by_its_old_number_keeps_its_row_and_takes_the_real_number():
    known = TrialFactory(registry_id=OLD, acronym="DIET")

    store(asked=OLD)

    trial = Trial.objects.get()
    assert (trial.pk, trial.registry_id, trial.acronym) == (known.pk, NEW, "DIET")
    assert aliases() == {OLD: NEW}


def test_numbers_that_the_registry_lists_as_old_lead_to_the_trial_too():
    store(replace(RECORD, nct_aliases=[OLD, "NCT00000010"]))

    assert aliases() == {OLD: NEW, "NCT00000010": NEW}


def test_storing_twice_writes_nothing_new():
    record = replace(RECORD, nct_aliases=[OLD])
    store(record)

    store(record, asked=OLD, now=LATER)

    assert (Trial.objects.count(), aliases(), changes()) == (1, {OLD: NEW}, [])
    assert Trial.objects.get().secondary_ids == [OLD]


def test_two_rows_of_one_study_are_not_merged_and_the_old_one_counts_for_nothing():
    other = TrialFactory(registry_id=OLD, identity="confirmed", title="As curated")
    real = TrialFactory(registry_id=NEW)

    stored = store(asked=OLD)

    other.refresh_from_db()
    assert (stored.pk, stored.title) == (real.pk, "A diet")
    assert (other.identity, other.title, aliases()) == ("in_conflict", "As curated", {})


def test_a_conflict_ends_when_the_registry_answers_with_the_trials_own_number():
    other = TrialFactory(registry_id=OLD, identity="confirmed")
    TrialFactory(registry_id=NEW)
    store(asked=OLD)

    store(replace(RECORD, registry_id=OLD), now=LATER)

    other.refresh_from_db()
    assert other.identity == "confirmed"
    assert (IdentityConflict.objects.get().resolution, aliases()) == ("gone", {})


def test_a_number_that_the_registry_gives_back_is_a_trial_of_its_own_again():
    old = TrialFactory(registry_id=NEW)
    RegistrationAliasFactory(registry_id=OLD, trial=old)

    again = store(replace(RECORD, registry_id=OLD))

    assert (again.registry_id, again.pk != old.pk, aliases()) == (OLD, True, {})


def test_a_trial_is_made_known_once_whichever_of_its_numbers_is_given():
    user = UserFactory()
    trial = store(asked=OLD)

    assert ensure_trial(OLD, by=user, now=NOW) == trial
    assert ensure_trial(NEW, by=user, now=NOW) == trial
    assert not FetchRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_old_and_the_real_number_stored_at_once_are_one_trial():
    in_its_own_transaction = transaction.atomic(store)

    outcomes = at_once(
        *(partial(in_its_own_transaction, asked=number) for number in (OLD, NEW, OLD))
    )

    assert [each for each in outcomes if isinstance(each, Exception)] == []
    assert (Trial.objects.count(), aliases()) == (1, {OLD: NEW})


# What has changed


def test_a_first_fetch_is_no_change():
    store()

    assert changes() == []


def test_what_differs_from_the_registration_before_is_kept_both_ways():
    store()
    ours = {"measure": "Death", "description": None, "time_frame": "2 years"}

    trial = store(
        replace(RECORD, status="COMPLETED", enrollment=120, masking=None, primary_outcomes=[ours]),
        now=LATER,
    )

    assert changes() == [
        ("status", "RECRUITING", "COMPLETED", "registered", LATER),
        ("masking", "NONE", None, "registered", LATER),
        ("enrollment", 300, 120, "registered", LATER),
        ("primary_outcomes", RECORD.primary_outcomes, [ours], "registered", LATER),
    ]
    assert (trial.status, trial.enrollment, trial.primary_outcomes) == ("COMPLETED", 120, [ours])


def test_the_same_change_is_recorded_once_and_its_way_back_too():
    store()
    for days, enrollment in enumerate([120, 120, 300, 300], start=1):
        store(replace(RECORD, enrollment=enrollment), now=NOW + timedelta(days=days))

    assert [(before, after) for _, before, after, _, _ in changes()] == [(300, 120), (120, 300)]


def test_a_number_that_curators_recorded_otherwise_is_told_at_the_first_fetch():
    TrialFactory(registry_id=NEW, enrollment=298)

    store()

    assert changes() == [("enrollment", 298, 300, "curated", NOW)]


def test_what_only_a_newer_parser_sees_is_no_change():
    body = study(NEW, "A diet", enrollment=300)
    store(parse_study(body), raw=body)
    Trial.objects.update(parser_version="0", enrollment=None, study_type="")

    store(parse_study(body), raw=body, now=LATER)

    assert changes() == []


def test_a_change_is_seen_through_a_newer_parser():
    body, later = study(NEW, "A diet", enrollment=300), study(NEW, "A diet", enrollment=120)
    store(parse_study(body), raw=body)
    Trial.objects.update(parser_version="0", enrollment=None)

    store(parse_study(later), raw=later, now=LATER)

    assert changes() == [("enrollment", 300, 120, "registered", LATER)]
    assert Payload.objects.count() == 2


# Acknowledging


def test_a_change_is_acknowledged_with_who_when_and_a_note():
    user, change = UserFactory(), RegistrationChangeFactory()

    assert acknowledge([change], by=user, now=LATER, note=" No effect on us. ") == 1

    change.refresh_from_db()
    said = (change.acknowledged_by, change.acknowledged_at, change.note)
    assert said == (user, LATER, "No effect on us.")
    assert not RegistrationChange.objects.open().exists()
    event = change.events.order_by("pgh_id").last()
    assert event.pgh_context == {"user": user.pk, "reason": "No effect on us."}


def test_an_acknowledgement_without_a_note_is_refused():
    with pytest.raises(NoNote):
        acknowledge([RegistrationChangeFactory()], by=UserFactory(), now=NOW, note="  ")


def test_a_change_is_acknowledged_by_one_person_and_all_or_nothing():
    first, second = RegistrationChangeFactory(), RegistrationChangeFactory()
    acknowledge([first], by=UserFactory(), now=NOW, note="Seen.")

    with pytest.raises(AlreadyAcknowledged):
        acknowledge([first, second], by=UserFactory(), now=LATER, note="Seen as well.")

    second.refresh_from_db()
    assert second.is_open
