"""Who may do what."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group

from claims.groups import EDITOR, REVIEWER, make_groups
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "named"), [("reviewer", REVIEWER), ("editor", EDITOR)])
def test_group_may_do_what_is_listed_and_see_the_rest(role, named):
    user = UserFactory(role=role)

    permissions = user.get_all_permissions()

    assert {each for each in permissions if ".view_" not in each} == set(named)
    assert {"claims.view_claim", "sources.view_fetchattempt"} < permissions


def test_reviewers_are_kept_blind():
    seen = UserFactory(role="reviewer").get_all_permissions()

    assert not [each for each in seen if each.endswith("event")]
    assert "claims.view_assessmentevent" in UserFactory(role="editor").get_all_permissions()


def test_what_an_operator_took_away_stays_away():
    group = Group.objects.get(name="editor")
    group.permissions.clear()

    make_groups("default")

    assert group.permissions.count() == 0


def test_missing_group_is_made_again():
    Group.objects.all().delete()

    make_groups("default", apps)

    assert list(Group.objects.order_by("name").values_list("name", flat=True)) == [
        "editor",
        "reviewer",
    ]
