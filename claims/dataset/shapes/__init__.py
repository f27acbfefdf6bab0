"""Which fields each kind of row has, and what each may hold: one module a noun, as in `records`."""

from claims.dataset.shapes.article import ARTICLE, COMMENT, PARAGRAPH, SECTION, SNAPSHOT
from claims.dataset.shapes.claims import ANCHOR, CITATION, CLAIM, RELATION
from claims.dataset.shapes.evidence import ASSESSMENT, EVIDENCE, SEARCH_RECORD
from claims.dataset.shapes.sources import PUBLICATION, TRIAL
from claims.dataset.shapes.verdicts import DERIVED, DOMAINS, VERDICT

__all__ = [
    "ANCHOR",
    "ARTICLE",
    "ASSESSMENT",
    "CITATION",
    "CLAIM",
    "COMMENT",
    "DERIVED",
    "DOMAINS",
    "EVIDENCE",
    "PARAGRAPH",
    "PUBLICATION",
    "RELATION",
    "SEARCH_RECORD",
    "SECTION",
    "SNAPSHOT",
    "TRIAL",
    "VERDICT",
]
