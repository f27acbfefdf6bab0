import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.identifiers import (
    IllegalIdentifier,
    RegistryId,
    normalise_orcid,
    parse_doi,
    parse_nct,
    parse_pmcid,
    parse_pmid,
    parse_registry_id,
)


@pytest.mark.parametrize(
    ("written", "pmid"),
    [("1", "1"), (" 990000001\n", "990000001"), ("26052984", "26052984")],
)
def test_parse_pmid_returns_the_digits(written, pmid):
    assert parse_pmid(written) == pmid


@pytest.mark.parametrize(
    "written", ["", "0", "012", "12a", "1234567890", "-5", "1 2", "1,2", "١٢", "PMID 12", "1.0"]
)
def test_parse_pmid_refuses_anything_else(written):
    with pytest.raises(IllegalIdentifier) as refusal:
        parse_pmid(written)

    assert (
        str(refusal.value)
        == f"{written!r} is not a PMID: a PMID is 1 to 9 digits without leading zero"
    )


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("NCT99000001", RegistryId("clinicaltrials", "NCT99000001")),
        (" nct99000001 ", RegistryId("clinicaltrials", "NCT99000001")),
        ("NCT 99000001", RegistryId("clinicaltrials", "NCT99000001")),
        ("ISRCTN-99000001", RegistryId("isrctn", "ISRCTN99000001")),
        ("ACTRN99000000000001", RegistryId("actrn", "ACTRN99000000000001")),
        ("DRKS99000001", RegistryId("drks", "DRKS99000001")),
    ],
)
def test_parse_registry_id_tells_the_registry(written, found):
    assert parse_registry_id(written) == found


@pytest.mark.parametrize(
    "written",
    ["", "NCT9900001", "NCT990000012", "99000001", "ACTRN99000001", "EUDRACT", "NCT99000001 x"],
)
def test_parse_registry_id_refuses_anything_else(written):
    with pytest.raises(
        IllegalIdentifier, match="is not a trial's registry number: expected one of"
    ):
        parse_registry_id(written)


def test_registry_id_reads_as_its_number():
    assert str(RegistryId("drks", "DRKS99000001")) == "DRKS99000001"


def test_parse_nct_returns_the_number():
    assert parse_nct("nct99000001") == "NCT99000001"


@pytest.mark.parametrize("written", ["ISRCTN99000001", "NCT1", ""])
def test_parse_nct_refuses_other_registries(written):
    with pytest.raises(IllegalIdentifier) as refusal:
        parse_nct(written)

    assert (
        str(refusal.value) == f"{written!r} is not an NCT number: an NCT number is NCT and 8 digits"
    )


@pytest.mark.parametrize(
    "written",
    [
        "10.9999/Fictus.A1",
        "https://doi.org/10.9999/fictus.a1",
        "http://dx.doi.org/10.9999/FICTUS.A1",
        "doi.org/10.9999/fictus.a1",
        "doi: 10.9999/fictus.a1 ",
        "DOI:10.9999/fictus.a1",
    ],
)
def test_parse_doi_returns_one_form(written):
    assert parse_doi(written) == "10.9999/fictus.a1"


def test_parse_doi_leaves_a_prefix_inside_alone():
    assert parse_doi("10.9999/doi:5") == "10.9999/doi:5"


@pytest.mark.parametrize(
    "written",
    ["", "10.9999", "10.99/x", "11.9999/x", "10.9999/", "10.9999/a b", "10.9999/" + "x" * 300],
)
def test_parse_doi_refuses_anything_else(written):
    with pytest.raises(IllegalIdentifier, match=r"is not a DOI: a DOI is 10\., the registrant's"):
        parse_doi(written)


@pytest.mark.parametrize("written", ["PMC9900001", "pmc9900001", " PMC9900001 "])
def test_parse_pmcid_returns_one_form(written):
    assert parse_pmcid(written) == "PMC9900001"


@pytest.mark.parametrize("written", ["9900001", "PMC", "PMC0", "PMC12a", ""])
def test_parse_pmcid_refuses_anything_else(written):
    with pytest.raises(IllegalIdentifier, match="is not a PMCID: a PMCID is PMC and 1 to 9 digits"):
        parse_pmcid(written)


@pytest.mark.parametrize(
    "written",
    [
        "0000-0002-1694-233X",
        "https://orcid.org/0000-0002-1694-233X",
        "http://orcid.org/0000-0002-1694-233X/",
        "000000021694233X",
        "0000 0002 1694 233x",
        " 0000\u20130002\u20131694\u2013233X ",
        "orcid.org/0000-0002-1694-233X",
        "ORCID: 0000-0002-1694-233X",
    ],
)
def test_normalise_orcid_knows_the_written_forms(written):
    assert normalise_orcid(written) == "0000-0002-1694-233X"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "0000-0002-1694-2330",
        "0000-0002-1694-233",
        "grid.7445.2",
        "X000-0002-1694-2330",
        "http://",
    ],
)
def test_normalise_orcid_knows_what_is_none(written):
    assert normalise_orcid(written) is None


@given(st.text("0123456789", min_size=15, max_size=15))
def test_normalise_orcid_takes_one_check_character_of_eleven(digits):
    """ISO 7064, mod 11-2, spelt out step by step."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    right = "0123456789X"[(12 - total % 11) % 11]

    accepted = [char for char in "0123456789X" if normalise_orcid(digits + char)]

    assert accepted == [right]


@given(st.text())
def test_parsers_raise_nothing_but_their_own_error(text):
    for parse in (parse_pmid, parse_pmcid, parse_doi, parse_nct, parse_registry_id):
        try:
            parsed = str(parse(text))
        except IllegalIdentifier:
            continue
        assert str(parse(parsed)) == parsed
