"""What is asserted, and what the evidence says."""

from claims.models.anchor import ClaimAnchor
from claims.models.article import Article, ArticleSnapshot
from claims.models.assessment import Assessment, Consensus, Quote
from claims.models.citation import Citation
from claims.models.claim import Claim
from claims.models.dataset import DatasetEntry
from claims.models.evidence import EvidenceItem, SearchRecord
from claims.models.imports import ArticleImport
from claims.models.judgement import Judgement
from claims.models.relation import ClaimRelation
from claims.models.verdict import Verdict

__all__ = [
    "Article",
    "ArticleImport",
    "ArticleSnapshot",
    "Assessment",
    "Citation",
    "Claim",
    "ClaimAnchor",
    "ClaimRelation",
    "Consensus",
    "DatasetEntry",
    "EvidenceItem",
    "Judgement",
    "Quote",
    "SearchRecord",
    "Verdict",
]
