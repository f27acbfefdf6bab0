"""Publications and trials: their fields and what each may hold."""

from claims.dataset import records
from claims.dataset.checks import (
    Shape,
    flag,
    list_of,
    matching,
    one_of,
    optional,
    text,
    whole_number,
)
from claims.dataset.shapes.values import (
    DOI,
    IDENTITY,
    INTEGRITY,
    KEBAB,
    KEBAB_KEY,
    NOTE,
    NUMBERS,
    PMCID,
    PMID,
    REFERENCE,
    REGISTRIES,
    REGISTRY_ID,
    YEAR,
)
from claims.ruleset import vocabulary

TRIAL = Shape(
    records.Trial,
    {
        "key": KEBAB_KEY,
        "registry": one_of(REGISTRIES),
        "registry_id": REGISTRY_ID,
        "secondary_ids": list_of(text()),
        "identity": IDENTITY,
        "acronym": NOTE,
        "title": text(),
        "aliases": list_of(text()),
        "cited_by_article": flag,
        "article_spelling": optional(text()),
        "enrollment": optional(whole_number(1)),
        "years": NOTE,
        "population": NOTE,
        "intervention": NOTE,
        "comparator": NOTE,
        "insulin_randomised": optional(one_of(("yes", "as_one_of_many", "no")), ""),
        "tested": NOTE,
        "follow_up": NOTE,
        "results": list_of(
            Shape(
                records.TrialResult,
                {
                    **NUMBERS,
                    "role": one_of(("primary", "secondary", "post_hoc")),
                    "events": NOTE,
                    "publication": REFERENCE,
                },
            )
        ),
        "shows": NOTE,
        "does_not_show": NOTE,
        "numbers_from": NOTE,
    },
)
PUBLICATION = Shape(
    records.Publication,
    {
        "key": KEBAB_KEY,
        "pmid": optional(PMID),
        "doi": optional(DOI),
        "pmcid": optional(PMCID),
        "identity": IDENTITY,
        "identity_basis": NOTE,
        "first_author": text(),
        "year": YEAR,
        "journal": text(),
        "title": text(),
        "study_design": one_of(vocabulary.StudyDesign),
        "n": optional(whole_number(1)),
        "reports": list_of(
            Shape(
                records.Report,
                {
                    "trial": REFERENCE,
                    "role": one_of(("primary_results", "follow_up", "secondary", "protocol")),
                },
            )
        ),
        "includes": list_of(
            matching(rf"(publication|trial):{KEBAB}", "publication:<key> or trial:<key>")
        ),
        "registry_ids": list_of(REGISTRY_ID),
        "standing": one_of(("journal", "preprint", "book", "superseded")),
        "integrity": INTEGRITY,
        "integrity_note": NOTE,
        "interest_note": NOTE,
        "numbers_from": optional(text(20), ""),
    },
)
