"""Identifiers of publications, trials and people, brought to the one form in which they are stored.

Every `parse_` function returns that form or raises IllegalIdentifier, whose message says what was
given and what is expected.
"""

import re
from dataclasses import dataclass
from operator import mul
from typing import Final


class IllegalIdentifier(ValueError):
    """What was given is not an identifier of the kind that was asked for."""

    def __init__(self, given: str, kind: str, expected: str) -> None:
        super().__init__(f"{given!r} is not {kind}: {expected}")
        self.given = given


@dataclass(frozen=True, slots=True)
class RegistryId:
    """A trial's number and the registry that gave it."""

    registry: str
    id: str

    def __str__(self) -> str:
        return self.id


PMID: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
PMCID: Final = re.compile(r"PMC[1-9][0-9]{0,8}", re.ASCII)
DOI: Final = re.compile(r"10\.[0-9]{4,9}/[^\s\x00-\x1f]{1,285}")
DOI_PREFIX: Final = re.compile(
    r"\A(?:(?:https?://)?(?:dx\.)?(?:www\.)?doi\.org/|doi:\s*)", re.IGNORECASE
)
ORCID_PREFIX: Final = re.compile(
    r"\A(?:(?:https?://)?(?:www\.)?orcid\.org/|orcid:?\s*)", re.IGNORECASE
)
#: Space, and the dashes that word processors put for a hyphen.
ORCID_SEPARATOR: Final = re.compile(r"[\s\u2010-\u2015\u2212]")
ORCID_WEIGHTS: Final = tuple(2**power % 11 for power in range(15, 0, -1))
ORCID: Final = re.compile(r"[0-9]{15}[0-9X]", re.ASCII)

#: registry: the letters its numbers begin with, and how many digits follow.
REGISTRIES: Final = {
    "clinicaltrials": ("NCT", 8),
    "isrctn": ("ISRCTN", 8),
    "actrn": ("ACTRN", 14),
    "drks": ("DRKS", 8),
}
# People write "NCT 00790205" and "ISRCTN-12345678".
REGISTRY_NUMBER: Final = re.compile(r"(NCT|ISRCTN|ACTRN|DRKS)[\s:#-]?([0-9]+)", re.ASCII)


def parse_pmid(given: str) -> str:
    """Return the PMID that was given, without the white space around it."""
    pmid = given.strip()
    if not PMID.fullmatch(pmid):
        raise IllegalIdentifier(given, "a PMID", "a PMID is 1 to 9 digits without leading zero")
    return pmid


def parse_pmcid(given: str) -> str:
    """Return the PMCID that was given, as in "PMC2860140"."""
    pmcid = given.strip().upper()
    if not PMCID.fullmatch(pmcid):
        raise IllegalIdentifier(
            given, "a PMCID", "a PMCID is PMC and 1 to 9 digits without leading zero"
        )
    return pmcid


def parse_doi(given: str) -> str:
    """Return the DOI that was given: lower case, without resolver or "doi:" before it."""
    doi = DOI_PREFIX.sub("", given.strip(), count=1)
    doi = doi.lower()
    if not DOI.fullmatch(doi):
        raise IllegalIdentifier(
            given, "a DOI", "a DOI is 10., the registrant's 4 to 9 digits, a slash and a suffix"
        )
    return doi


def parse_registry_id(given: str) -> RegistryId:
    """Return a trial's number with its registry; which registry it is shows in its letters."""
    written = REGISTRY_NUMBER.fullmatch(given.strip().upper())
    if written:
        letters, number = written.groups()
        for registry, (prefix, digits) in REGISTRIES.items():
            if letters == prefix and len(number) == digits:
                return RegistryId(registry, letters + number)
    forms = ", ".join(f"{prefix} and {digits} digits" for prefix, digits in REGISTRIES.values())
    raise IllegalIdentifier(given, "a trial's registry number", f"expected one of {forms}")


def parse_nct(given: str) -> str:
    """Return the ClinicalTrials.gov number that was given."""
    try:
        found = parse_registry_id(given)
    except IllegalIdentifier:
        found = RegistryId("", given)
    if found.registry != "clinicaltrials":
        raise IllegalIdentifier(given, "an NCT number", "an NCT number is NCT and 8 digits")
    return found.id


def parse_isrctn(given: str) -> str:
    """Return the ISRCTN number that was given."""
    try:
        found = parse_registry_id(given)
    except IllegalIdentifier:
        found = RegistryId("", given)
    if found.registry != "isrctn":
        raise IllegalIdentifier(
            given, "an ISRCTN number", "an ISRCTN number is ISRCTN and 8 digits"
        )
    return found.id


def normalise_orcid(given: str) -> str | None:
    """Return an ORCID iD as "0000-0002-1825-0097", or None when it is none or its check fails.

    PubMed has it bare, as an http or https address, without dashes, and with spaces; an address
    in front, a slash behind and a small x are all put right.
    """
    number = ORCID_PREFIX.sub("", given.strip().rstrip("/"), count=1)
    digits = number.replace("-", "").upper()
    if len(digits) != 16:
        digits = ORCID_SEPARATOR.sub("", digits)
    if not ORCID.fullmatch(digits) or orcid_check_character(digits[:15]) != digits[15]:
        return None
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:12]}-{digits[12:]}"


def orcid_check_character(digits: str) -> str:
    """Return the last character that belongs to an ORCID iD's first 15 digits (ISO 7064, 11-2)."""
    total = sum(map(mul, map(int, digits), ORCID_WEIGHTS))
    return "0123456789X"[(12 - total) % 11]
