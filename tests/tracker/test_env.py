import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker import env


def test_flag_reads_yes_and_no(monkeypatch):
    monkeypatch.setenv("DEBUG", "Yes")

    assert env.flag("DEBUG", default=False) is True


def test_flag_refuses_anything_else(monkeypatch):
    monkeypatch.setenv("DEBUG", "maybe")

    with pytest.raises(ImproperlyConfigured, match="DEBUG"):
        env.flag("DEBUG", default=False)
