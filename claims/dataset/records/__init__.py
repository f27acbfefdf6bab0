"""What a data set holds, row by row, once it has been read and its values checked.

References are keys of other rows.
"""

from claims.dataset.records.article import Article, Comment, Paragraph, Section, Snapshot
from claims.dataset.records.claims import (
    Anchor,
    Citation,
    Claim,
    Fingerprint,
    Landmark,
    Pico,
    Relation,
)
from claims.dataset.records.dataset import Dataset
from claims.dataset.records.evidence import Assessment, Effect, Evidence, SearchRecord
from claims.dataset.records.sources import Publication, Report, Trial, TrialResult
from claims.dataset.records.verdicts import Derived, Domains, Verdict

__all__ = [
    "Anchor",
    "Article",
    "Assessment",
    "Citation",
    "Claim",
    "Comment",
    "Dataset",
    "Derived",
    "Domains",
    "Effect",
    "Evidence",
    "Fingerprint",
    "Landmark",
    "Paragraph",
    "Pico",
    "Publication",
    "Relation",
    "Report",
    "SearchRecord",
    "Section",
    "Snapshot",
    "Trial",
    "TrialResult",
    "Verdict",
]
