"""Values that several kinds of row have."""

from claims.dataset.checks import Check, matching, number, one_of, optional, text, whole_number

NOTE = optional(text(), "")
PMID = matching(r"[1-9][0-9]{0,8}", "a PMID (digits only)")
DOI = matching(r"10\.[0-9]{4,9}/[^\sA-Z]+", "a DOI in lower case", 300)
PMCID = matching(r"PMC[0-9]{1,10}", "a PMCID")
REGISTRY_ID = matching(
    r"NCT[0-9]{8}|ISRCTN[0-9]{8}|ACTRN[0-9]{14}|DRKS[0-9]{8}",
    "a trial's registry id (NCT, ISRCTN, ACTRN or DRKS and digits)",
)
P_VALUE = matching(r"(<0\.[0-9]+|0\.[0-9]+)( .*|;.*)?", "a p value", 60)
SHA256 = matching(r"[0-9a-f]{64}", "a SHA-256 in hexadecimal")
KEBAB = r"[a-z0-9]+(-[a-z0-9]+)*"
KEBAB_KEY = matching(KEBAB, "kebab-case", 100)
REFERENCE = text(100)
NUMBER = optional(number)
SMALL = whole_number(1, 32_767)
YEAR = whole_number(1800, 2100)
IDENTITY = one_of(("confirmed", "unconfirmed"))
REGISTRIES = ("clinicaltrials", "isrctn", "actrn", "drks")
# "current" is missing on purpose: only a check of the record can say so.
INTEGRITY = one_of(
    (
        "corrected",
        "expression_of_concern",
        "retracted",
        "retracted_republished",
        "withdrawn",
        "superseded",
        "unknown",
    )
)
NUMBERS: dict[str, Check] = {
    "outcome": text(),
    "measure": text(20),
    "estimate": NUMBER,
    "ci_low": NUMBER,
    "ci_high": NUMBER,
    "ci_level": NUMBER,
    "p": optional(P_VALUE, ""),
}
