import pytest
from django.contrib.auth.models import User

from tracker.accounts import ensure_accounts

pytestmark = pytest.mark.django_db


def test_accounts_are_made_in_their_groups(tmp_path):
    passwords = ensure_accounts(tmp_path)

    accounts = User.objects.order_by("username")
    assert [(a.username, a.is_staff, a.is_superuser) for a in accounts] == [
        ("editor", True, False),
        ("reviewer", True, False),
    ]
    assert [[g.name for g in a.groups.all()] for a in accounts] == [["editor"], ["reviewer"]]
    assert [a.check_password(passwords[a.username]) for a in accounts] == [True, True]


def test_passwords_are_kept_and_only_their_owner_can_read_them(tmp_path):
    first = ensure_accounts(tmp_path)
    hashes = list(User.objects.order_by("pk").values_list("password", flat=True))

    second = ensure_accounts(tmp_path)

    assert second == first
    assert list(User.objects.order_by("pk").values_list("password", flat=True)) == hashes
    assert (tmp_path / "demo_accounts.json").stat().st_mode & 0o777 == 0o600


def test_passwords_differ_between_accounts_and_installations(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()

    one, two = ensure_accounts(tmp_path / "one"), ensure_accounts(tmp_path / "two")

    assert len({*one.values(), *two.values()}) == 4


def test_password_that_was_changed_is_set_again(tmp_path):
    passwords = ensure_accounts(tmp_path)
    reviewer = User.objects.get(username="reviewer")
    reviewer.set_password("something else")
    reviewer.save()

    ensure_accounts(tmp_path)

    reviewer.refresh_from_db()
    assert reviewer.check_password(passwords["reviewer"])
