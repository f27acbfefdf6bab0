import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker import env


@pytest.fixture
def given(monkeypatch):
    return lambda value: monkeypatch.setenv("GIVEN", value)


def test_text_is_the_default_when_absent_or_blank(given):
    absent = env.text("GIVEN", "default")
    given("  ")

    assert (absent, env.text("GIVEN", "default")) == ("default", "default")


def test_text_loses_the_blanks_around_it(given):
    given(" a value ")

    assert env.text("GIVEN") == "a value"


def test_text_refuses_control_characters(given):
    given("key\r\nX-Injected: 1")

    with pytest.raises(ImproperlyConfigured, match="GIVEN is malformed: it takes printable text"):
        env.text("GIVEN")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", True), ("TRUE", True), ("on", True), ("0", False), ("no", False), ("", None)],
)
def test_flag_is_a_yes_a_no_or_the_default(given, value, expected):
    given(value)

    assert env.flag("GIVEN", default=None) is expected


@pytest.mark.parametrize("value", ["maybe", "2", "-1", "yess"])
def test_flag_refuses_anything_else(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match="GIVEN is malformed: it takes 1 or 0"):
        env.flag("GIVEN", default=False)


@pytest.mark.parametrize(("value", "expected"), [("0", 0), ("7", 7), ("9", 9), ("", 5)])
def test_whole_is_a_number_within_its_limits(given, value, expected):
    given(value)

    assert env.whole("GIVEN", 5, most=9) == expected


@pytest.mark.parametrize("value", ["-1", "10", "1.5", "two", "0x1"])
def test_whole_refuses_what_is_not(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match="it takes a whole number from 0 to 9"):
        env.whole("GIVEN", 5, most=9)


@pytest.mark.parametrize("value", ["0", "101", "fast", "nan", "inf", "-inf"])
def test_number_refuses_what_is_outside_its_limits(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match=r"it takes a number from 0\.1 to 100"):
        env.number("GIVEN", 3, least=0.1, most=100)


def test_number_may_have_a_fraction(given):
    given("0.5")

    assert env.number("GIVEN", 3, least=0.1, most=100) == 0.5


def test_words_are_split_at_commas(given):
    given(" a.org, ,b.org,")

    assert env.words("GIVEN") == ["a.org", "b.org"]


def test_words_are_the_default_when_absent():
    assert env.words("GIVEN", default=("a", "b")) == ["a", "b"]


@pytest.mark.parametrize(
    "value", ["example.org", "ftp://example.org/", "https://", "http://h:99999/", "http://[::1/"]
)
def test_url_refuses_what_is_not_an_address(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match="begins with https:// or http://"):
        env.url("GIVEN", "")


def test_base_url_ends_with_a_slash(given):
    given("http://127.0.0.1:8000/entrez/eutils")

    assert env.base_url("GIVEN", "") == "http://127.0.0.1:8000/entrez/eutils/"


@pytest.mark.parametrize("value", ["http://h/?a=1", "http://h/#a"])
def test_base_url_refuses_a_query(given, value):
    given(value)

    with pytest.raises(ImproperlyConfigured, match="a base URL without"):
        env.base_url("GIVEN", "")


def test_refusal_does_not_say_the_value(given):
    given("postgresql:/user:secret@host")

    with pytest.raises(ImproperlyConfigured) as refused:
        env.url("GIVEN", "")

    assert "secret" not in str(refused.value)
