"""What rules look at besides a row: which keys exist, and where to tell what is wrong."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from claims.dataset.problems import Problems
from claims.dataset.records import Dataset


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of row: its file, the word for it in messages, and the field that names a row."""

    file: str
    word: str
    name: str = "key"


ARTICLE = Kind("article.yaml", "article")
SNAPSHOT = Kind("article.yaml", "snapshot", "text_sha256")
SECTION = Kind("article.yaml", "section")
PARAGRAPH = Kind("article.yaml", "paragraph", "number")
COMMENT = Kind("article.yaml", "comment", "number")
CLAIM = Kind("claims.yaml", "claim")
ANCHOR = Kind("anchors.yaml", "anchor", "claim")
RELATION = Kind("relations.yaml", "relation", "source")
CITATION = Kind("citations.yaml", "citation")
TRIAL = Kind("trials.yaml", "trial")
PUBLICATION = Kind("publications.yaml", "publication")
EVIDENCE = Kind("evidence.yaml", "evidence")
ASSESSMENT = Kind("assessments.yaml", "assessment", "evidence")
SEARCH = Kind("search_records.yaml", "search record", "claim")
VERDICT = Kind("verdicts.yaml", "verdict", "claim")


@dataclass(frozen=True, slots=True)
class Context:
    """The rows that could be read, the keys of all rows, and the problems.

    `keys` also knows rows with an illegal value, so that what refers to them is not called
    dangling.
    """

    data: Dataset
    keys: dict[str, frozenset[str]]
    problems: Problems
    incomplete: frozenset[str]

    def knows_all(self, *targets: Kind) -> bool:
        """Whether no row of these kinds was left out for an illegal value.

        What is said of several rows together can only be said of all of them.
        """
        return not self.incomplete & {target.word for target in targets}

    def say(self, kind: Kind, key: object, field: str, message: str) -> None:
        self.problems.add(kind.file, kind.word, str(key), field, message)

    def refuse_unless(self, holds: Any, kind: Kind, key: object, field: str, message: str) -> None:
        if not holds:
            self.say(kind, key, field, message)

    def refuse_dangling(
        self, kind: Kind, key: object, field: str, value: str | None, target: Kind
    ) -> None:
        if value is not None and value not in self.keys[target.word]:
            self.say(kind, key, field, f"there is no {target.word} '{value}'")

    def refuse_unknown_claim(self, kind: Kind, key: object, field: str, value: str) -> None:
        """What an article says may be a claim of its own, or one that it shares."""
        if value not in self.data.article.shares:
            self.refuse_dangling(kind, key, field, value, CLAIM)

    def refuse_repeated(self, kind: Kind, field: str, values: Iterable[object]) -> None:
        for value, times in Counter(value for value in values if value is not None).items():
            if times > 1:
                self.say(kind, value, field, f"occurs {times} times")
