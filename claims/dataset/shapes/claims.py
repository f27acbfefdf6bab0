"""Claims, anchors, relations and citations: their fields and what each may hold."""

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
from claims.dataset.shapes.values import KEBAB, KEBAB_KEY, NOTE, REFERENCE, SHA256, SMALL
from claims.ruleset import vocabulary

CLAIM = Shape(
    records.Claim,
    {
        "key": KEBAB_KEY,
        "statement": matching(r"\S.*\.", "one sentence that ends with a full stop", 300),
        "claim_type": one_of(vocabulary.ClaimType),
        "checkability": one_of(vocabulary.Checkability),
        "modality": one_of(vocabulary.Modality),
        "voice": one_of(vocabulary.Voice),
        "pico": optional(
            Shape(
                records.Pico,
                dict.fromkeys(("population", "exposure", "comparator", "outcome"), NOTE),
            )
        ),
        "topics": list_of(matching(KEBAB, "kebab-case", 60)),
        "parent": optional(REFERENCE),
        "is_core": optional(flag),
        "is_essential": optional(flag),
        "state": one_of(vocabulary.ClaimState),
        "note": NOTE,
    },
)
ANCHOR = Shape(
    records.Anchor,
    {
        "claim": REFERENCE,
        "text_sha256": SHA256,
        "start": whole_number(),
        "end": whole_number(1),
        "sha256": SHA256,
        "fingerprint": Shape(
            records.Fingerprint, {"words": whole_number(3, 32_767), "sha256": SHA256}
        ),
        "landmark": optional(
            Shape(
                records.Landmark,
                {"index": whole_number(0, 32_766), "crc32": whole_number(0, 2**32 - 1)},
            )
        ),
        "section": optional(text(20)),
        "paragraph": optional(SMALL),
        "comment": optional(SMALL),
    },
)
RELATION = Shape(
    records.Relation,
    {"source": REFERENCE, "type": one_of(vocabulary.RelationType), "target": REFERENCE},
)
CITATION = Shape(
    records.Citation,
    {
        "key": text(100),
        "claim": REFERENCE,
        "voice": one_of(vocabulary.Voice),
        "raw": matching(r"\S+( \S+){0,5}", "a wording of at most six words", 200),
        "mode": one_of(vocabulary.CitationMode),
        "trial": optional(REFERENCE),
        "publication": optional(REFERENCE),
        "resolution": one_of(vocabulary.CitationResolution),
        "accuracy": one_of(vocabulary.CitationAccuracy),
        "note": text(),
    },
)
