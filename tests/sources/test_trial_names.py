"""Which trial a number or a name means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.models import Trial
from sources.trial_names import keys_of, name_key
from tests.factories import RegistrationAliasFactory, TrialFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def savor():
    return TrialFactory(
        registry_id="NCT01107886", acronym="SAVOR-TIMI 53", aliases=["SAVOR", "SAVIOR"]
    )


@pytest.fixture
def bystanders():
    return [TrialFactory(acronym="TECOS"), TrialFactory(acronym="", aliases=[])]


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("SAVOR-TIMI 53", ("savortimi53", "savor")),
        ("savor timi53", ("savortimi53", "savor")),
        ("The ACCORD trial", ("theaccordtrial", "accord")),
        ("DiRECT study", ("directstudy", "direct")),
        ("4-T", ("4t",)),
        ("TIMI 53", ("timi53",)),
        ("--", ()),
        ("", ()),
    ],
)
def test_keys_forgive_what_people_write_differently(typed, keys):
    assert keys_of(typed) == keys


@pytest.mark.parametrize(
    "typed",
    [
        "SAVOR-TIMI 53",
        "SAVOR",
        "SAVIOR",
        "savior",
        "Sav-ior",
        "SAVOR TIMI53",
        "SAVOR-TIMI-53",
        "the SAVIOR trial",
        "nct01107886",
        "NCT 01107886",
    ],
)
def test_a_trial_is_meant_by_each_of_its_names(typed, savor, bystanders):
    match = Trial.objects.resolve(typed)

    assert (match.resolution, match.trial) == ("resolved", savor)


def test_a_number_that_was_merged_means_the_trial_it_became(savor):
    RegistrationAliasFactory(registry_id="NCT00000009", trial=savor)

    match = Trial.objects.resolve("NCT00000009")

    assert (match.trial, match.by_number) == (savor, True)


def test_two_trials_of_one_name_are_an_ambiguity_that_names_both():
    one = TrialFactory(registry_id="NCT00000001", acronym="HEART")
    other = TrialFactory(registry_id="NCT00000002", acronym="H.E.A.R.T.")

    match = Trial.objects.resolve("heart trial")

    assert (match.resolution, match.trial) == ("ambiguous", None)
    assert match.candidates == (one, other)


def test_the_name_as_it_is_stored_goes_before_another_way_to_write_it():
    TrialFactory(acronym="HEART")
    dotted = TrialFactory(acronym="H.E.A.R.T.")

    assert Trial.objects.resolve("H.E.A.R.T.").trial == dotted


def test_a_name_that_is_only_near_is_told_and_not_taken(savor, bystanders):
    match = Trial.objects.resolve("SAVIOUR")

    assert (match.resolution, match.trial, match.near) == ("unresolved", None, (savor,))


@pytest.mark.parametrize("typed", ["", "-", "NCT99999999", "no such trial at all", "\N{SNOWMAN}"])
def test_what_nobody_knows_is_unresolved(typed, savor, bystanders):
    match = Trial.objects.resolve(typed)

    assert (match.resolution, match.candidates) == ("unresolved", ())


def test_an_empty_acronym_matches_nothing():
    TrialFactory(acronym="", aliases=["--"])

    assert Trial.objects.get().name_keys == []


def test_keys_follow_the_names_whoever_writes_them():
    Trial.objects.bulk_create([Trial(registry_id="NCT00000001", acronym="OLD-TIMI 7")])
    assert Trial.objects.get().name_keys == ["old", "oldtimi7"]

    Trial.objects.update(aliases=["Another Name"], acronym="New")

    assert Trial.objects.get().name_keys == ["anothername", "new"]


@given(st.text(max_size=20).filter(lambda text: "\0" not in text))
def test_any_text_resolves_to_something(text):
    assert Trial.objects.resolve(text).resolution == "unresolved"


@pytest.mark.parametrize("name", ["SAVOR-TIMI 53", "Look AHEAD", "4-T", "ÉTUDE 2", "a--b"])
def test_database_and_program_make_the_same_key(name):
    TrialFactory(acronym=name)

    assert name_key(name) in Trial.objects.get().name_keys
