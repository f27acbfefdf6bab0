"""The desk's list of changed registrations, and trials found by any of their names."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from sources.models import RegistrationChange
from tests.factories import (
    NOW,
    RegistrationAliasFactory,
    RegistrationChangeFactory,
    TrialFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/sources/registrationchange/"


def signed_in(client, *codes):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)
    return user


@pytest.fixture
def reviewer(client):
    return signed_in(client, "view_trial", "change_publication")


def url_of(change, tool):
    return f"{LIST}{change.pk}/{tool}/"


def test_open_changes_are_listed_with_both_sides(client, reviewer):
    RegistrationChangeFactory(trial__acronym="DIET", before=300, after=120)
    RegistrationChangeFactory(trial__acronym="SEEN", acknowledged=True)

    page = client.get(f"{LIST}?acknowledged_at__isempty=1").content.decode()

    assert "DIET" in page
    assert "SEEN" not in page
    assert '<td class="field-before_short">300</td><td class="field-after_short">120</td>' in page


def test_a_change_is_acknowledged_with_a_note(client, reviewer):
    change = RegistrationChangeFactory()

    answer = client.post(url_of(change, "acknowledge"), {"note": "Planned number only."})

    change.refresh_from_db()
    assert answer.status_code == 302
    assert (change.acknowledged_by, change.note) == (reviewer, "Planned number only.")


def test_all_changes_of_a_trial_are_acknowledged_at_once(client, reviewer):
    first = RegistrationChangeFactory()
    second = RegistrationChangeFactory(trial=first.trial, field="status", before="A", after="B")
    another = RegistrationChangeFactory()

    client.post(url_of(first, "acknowledge-all"), {"note": "Seen."})

    assert list(RegistrationChange.objects.open()) == [another]
    second.refresh_from_db()
    assert second.note == "Seen."


def test_an_acknowledgement_without_a_note_is_asked_for_again(client, reviewer):
    change = RegistrationChangeFactory()

    answer = client.post(url_of(change, "acknowledge"), {"note": " "})

    change.refresh_from_db()
    assert (answer.status_code, change.is_open) == (200, True)


def test_who_may_only_look_may_not_acknowledge(client):
    signed_in(client, "view_trial")
    change = RegistrationChangeFactory()

    assert client.get(f"{LIST}{change.pk}/change/").status_code == 200
    assert client.post(url_of(change, "acknowledge"), {"note": "Seen."}).status_code == 403
    change.refresh_from_db()
    assert change.is_open


def test_who_may_not_see_trials_may_not_see_what_changed(client):
    signed_in(client, "view_publication")

    assert client.get(LIST).status_code == 403


def test_the_trials_page_shows_its_old_numbers_and_changes(client, reviewer):
    trial = TrialFactory(fetched=True, last_known_status="RECRUITING")
    RegistrationAliasFactory(trial=trial, registry_id="NCT00000009", noticed_at=NOW)
    RegistrationChangeFactory(trial=trial, before=300, after=120)

    page = client.get(reverse("admin:sources_trial_change", args=[trial.pk])).content.decode()

    for said in ("NCT00000009", "RECRUITING", "120", "what changed in the registration"):
        assert said.casefold() in page.casefold()


@pytest.mark.parametrize("typed", ["savor timi53", "SAVIOR", "NCT00000009"])
def test_a_trial_is_found_by_any_way_to_name_it(client, reviewer, typed):
    trial = TrialFactory(
        registry_id="NCT01107886", acronym="SAVOR-TIMI 53", aliases=["SAVIOR"], title="First"
    )
    RegistrationAliasFactory(trial=trial, registry_id="NCT00000009")
    TrialFactory(title="Second")

    page = client.get("/admin/sources/trial/", {"q": typed}).content.decode()

    assert "First" in page
    assert "Second" not in page
