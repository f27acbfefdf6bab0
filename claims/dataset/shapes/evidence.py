"""Evidence items, assessments and searches: their fields and what each may hold."""

from claims.dataset import records
from claims.dataset.checks import Shape, day, list_of, one_of, optional, text, whole_number
from claims.dataset.shapes.values import NOTE, NUMBERS, REFERENCE
from claims.ruleset import vocabulary

EVIDENCE = Shape(
    records.Evidence,
    {
        "key": text(100),
        "claim": REFERENCE,
        "publication": optional(REFERENCE),
        "trial": optional(REFERENCE),
        "unit": text(),
        "finding": text(200),
        "origin": one_of(vocabulary.Origin),
    },
)
ASSESSMENT = Shape(
    records.Assessment,
    {
        "evidence": REFERENCE,
        "reviewer": one_of(("initial-curation",)),
        "state": one_of(("submitted",)),
        "stance": one_of(vocabulary.Stance),
        "directness": one_of(vocabulary.Directness),
        "directness_reasons": list_of(one_of(vocabulary.DirectnessReason)),
        "scope": one_of(vocabulary.Scope),
        "finding_role": one_of(vocabulary.FindingRole),
        "study_design": one_of(vocabulary.StudyDesign),
        "n": optional(whole_number(1)),
        "effect": optional(Shape(records.Effect, NUMBERS)),
        "rob_tool": one_of(vocabulary.RobTool),
        "rob_overall": one_of(vocabulary.RobLevel),
        "rob_reason": NOTE,
        "rationale": text(400),
    },
)
SEARCH_RECORD = Shape(
    records.SearchRecord,
    {
        "claim": REFERENCE,
        "database": text(100),
        "query": text(),
        "run_on": day,
        "hits": whole_number(),
        "included": whole_number(),
    },
)
