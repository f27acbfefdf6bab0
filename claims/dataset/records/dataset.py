"""All rows together."""

from dataclasses import dataclass
from functools import cached_property

from claims.dataset.records.article import Article, Comment, Paragraph, Section, Snapshot
from claims.dataset.records.claims import Anchor, Citation, Claim, Relation
from claims.dataset.records.evidence import Assessment, Evidence, SearchRecord
from claims.dataset.records.sources import Publication, Trial
from claims.dataset.records.verdicts import Verdict


@dataclass(frozen=True)
class Dataset:
    """All rows of a data set, in the order of its files."""

    article: Article
    snapshot: Snapshot
    sections: tuple[Section, ...]
    paragraphs: tuple[Paragraph, ...]
    comments: tuple[Comment, ...]
    claims: tuple[Claim, ...]
    anchors: tuple[Anchor, ...]
    relations: tuple[Relation, ...]
    citations: tuple[Citation, ...]
    trials: tuple[Trial, ...]
    publications: tuple[Publication, ...]
    evidence: tuple[Evidence, ...]
    assessments: tuple[Assessment, ...]
    searches: tuple[SearchRecord, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def name(self) -> str:
        """What the data set is known by in the database, wherever its folder lies."""
        return self.article.key

    @cached_property
    def units(self) -> dict[str, str]:
        """Publications that report a trial, with the unit as which they count: "trial:<key>"."""
        ids = {trial.key: trial.registry_id for trial in self.trials}
        return {
            row.key: f"trial:{min((report.trial for report in row.reports), key=ids.__getitem__)}"
            for row in self.publications
            if row.reports and all(report.trial in ids for report in row.reports)
        }
