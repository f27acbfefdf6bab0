"""What a record says about its own standing: corrected, doubted, retracted, replaced.

PubMed's "...In" ties mark this record; "...Of", "...For" and "...From" mean that this record is the
notice. Types are known by their MeSH UI; by name only in records from before UIs.
"""

import re
from collections.abc import Sequence, Set
from typing import Final

from sources.pubmed_xml.dates import iso, month_number
from sources.pubmed_xml.records import (
    CommentCorrection,
    Integrity,
    Kind,
    Notice,
    NoticeKind,
    Standing,
    Term,
)
from sources.pubmed_xml.text import Unknown, count

RETRACTED_PUBLICATION: Final = "D016441"
PREPRINT: Final = "D000076942"
#: Retraction of Publication, Published Erratum, Expression of Concern.
NOTICE_TYPES: Final = frozenset({"D016440", "D016425", "D000075742"})
UI_BY_NAME: Final = {
    "Retracted Publication": "D016441",
    "Retraction of Publication": "D016440",
    "Retraction Notice": "D016440",
    "Published Erratum": "D016425",
    "Expression of Concern": "D000075742",
    "Preprint": "D000076942",
}

KIND_OF_NOTICE: Final[dict[str, NoticeKind]] = {
    "RetractionIn": "retraction",
    "RetractedandRepublishedIn": "retraction",
    "PartialRetractionIn": "partial_retraction",
    "ExpressionOfConcernIn": "expression_of_concern",
    "ErratumIn": "correction",
    "CorrectedandRepublishedIn": "correction",
    "UpdateIn": "superseded",
    "CommentIn": "comment",
}
NOTICE_TIES: Final = frozenset(
    {"RetractionOf", "PartialRetractionOf", "ExpressionOfConcernFor", "ErratumFor"}
)
OTHER_TIES: Final = frozenset(
    {
        "AssociatedDataset",
        "AssociatedPublication",
        "Cites",
        "CommentOn",
        "CorrectedandRepublishedFrom",
        "OriginalReportIn",
        "ReprintIn",
        "ReprintOf",
        "RepublishedFrom",
        "RepublishedIn",
        "RetractedandRepublishedFrom",
        "SummaryForPatientsIn",
        "UpdateOf",
    }
)
DATE_IN_SOURCE: Final = re.compile(r"\b([12][0-9]{3}) ([A-Z][a-z]{2}) ([0-9]{1,2})\b", re.ASCII)
#: What each kind makes of a publication, the gravest first. A partial retraction takes back a part
#: and leaves the paper standing, so it counts as a correction.
GRAVITY: Final[tuple[tuple[NoticeKind, Integrity], ...]] = (
    ("expression_of_concern", "expression_of_concern"),
    ("superseded", "superseded"),
    ("partial_retraction", "corrected"),
    ("correction", "corrected"),
)


def type_uis(types: Sequence[Term]) -> Set[str]:
    """Return the UIs of publication types; a type without one is known by its name."""
    return {term["ui"] or UI_BY_NAME.get(term["name"], "") for term in types}


def notices(ties: Sequence[CommentCorrection], unknown: Unknown) -> list[Notice]:
    """Return the notices about this record, each of its own kind."""
    found: list[Notice] = []
    for tie in ties:
        kind = KIND_OF_NOTICE.get(tie["ref_type"])
        if kind:
            found.append(
                {
                    "kind": kind,
                    "pmid": tie["pmid"],
                    "doi": tie["doi"],
                    "date": _date(tie["ref_source"]),
                    "ref_source": tie["ref_source"],
                }
            )
        elif tie["ref_type"] not in OTHER_TIES and tie["ref_type"] not in NOTICE_TIES:
            count(unknown, f"RefType {tie['ref_type']}")
    return found


def _date(source: str) -> str | None:
    written = DATE_IN_SOURCE.search(source)
    month = month_number(written[2]) if written else None
    day = int(written[3]) if written else 0
    return iso(int(written[1]), month, day) if written and month and 1 <= day <= 31 else None


def integrity(
    uis: Set[str], ties: Sequence[CommentCorrection], found: Sequence[Notice], title: str
) -> Integrity:
    """Return the gravest state that a record's own marks support.

    Retracted if, and only if, it has the type Retracted Publication or a RetractionIn; a title that
    begins with "WITHDRAWN:" only says which kind of retraction it was.
    """
    if not found:
        return _retracted(title) if RETRACTED_PUBLICATION in uis else "current"
    kinds = {notice["kind"] for notice in found}
    if any(tie["ref_type"] == "RetractedandRepublishedIn" for tie in ties):
        return "retracted_republished"
    if RETRACTED_PUBLICATION in uis or "retraction" in kinds:
        return _retracted(title)
    return next((state for kind, state in GRAVITY if kind in kinds), "current")


def _retracted(title: str) -> Integrity:
    return "withdrawn" if title.upper().startswith("WITHDRAWN") else "retracted"


def is_notice(uis: Set[str], ties: Sequence[CommentCorrection]) -> bool:
    """Tell whether the record is itself a notice about another one."""
    return not uis.isdisjoint(NOTICE_TYPES) or any(tie["ref_type"] in NOTICE_TIES for tie in ties)


def standing(kind: Kind, uis: Set[str], found: Sequence[Notice]) -> Standing:
    if kind == "book":
        return "book"
    if any(notice["kind"] == "superseded" for notice in found):
        return "superseded"
    return "preprint" if PREPRINT in uis else "journal"
