"""What is asked of claims, in the words of the domain."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Exists, F, Func, Max, OuterRef, Prefetch, Q

from claims.models.anchor import ClaimAnchor
from claims.models.relation import ClaimRelation
from claims.models.verdict import Verdict
from claims.ruleset.vocabulary import Checkability, ClaimState, RelationType, Voice

if TYPE_CHECKING:
    from claims.models.claim import Claim  # noqa: F401  # the subscript of the class


def _stands_in(**snapshot: Any) -> Exists:
    """Whether a claim, or the whole that it is a part of, has a place in such a snapshot."""
    conditions = {f"snapshot__{name}": value for name, value in snapshot.items()}
    either = Q(claim=OuterRef("pk")) | Q(claim=OuterRef("parent"))
    return Exists(ClaimAnchor.objects.filter(either, **conditions))


class ClaimQuerySet(models.QuerySet["Claim"]):
    def public(self) -> ClaimQuerySet:
        """Claims that readers see: those in review, marked as such, and the published."""
        return self.filter(state__in=[ClaimState.IN_REVIEW, ClaimState.PUBLISHED])

    def compound(self) -> ClaimQuerySet:
        return self.filter(parts__isnull=False).distinct()

    def leaves(self) -> ClaimQuerySet:
        """Claims that evidence can be tied to: those without parts."""
        return self.filter(parts=None)

    def whole(self) -> ClaimQuerySet:
        """Claims that are not a part of another."""
        return self.filter(parent=None)

    def by_author(self) -> ClaimQuerySet:
        return self.filter(voice=Voice.AUTHOR)

    def said_by(self, voice: str) -> ClaimQuerySet:
        return self.filter(voice=voice)

    def of_type(self, claim_type: str) -> ClaimQuerySet:
        return self.filter(claim_type=claim_type)

    def of_article(self, key: str) -> ClaimQuerySet:
        """Claims that this article makes, be it their home or another that shares them."""
        return self.filter(Q(article__key=key) | Q(_stands_in(article__key=key)))

    def shared_with(self, article: int) -> ClaimQuerySet:
        """Claims of other articles that this one makes too."""
        return self.exclude(article=article).filter(_stands_in(article=article))

    def about(self, topic: str) -> ClaimQuerySet:
        return self.filter(topics__contains=[topic])

    def judged(self, verdict: str) -> ClaimQuerySet:
        """Claims whose current verdict is the given one."""
        return self.filter(verdicts__in=Verdict.objects.current().filter(verdict=verdict))

    def contested_as(self, kind: str) -> ClaimQuerySet:
        return self.filter(verdicts__in=Verdict.objects.current().filter(contested_kind=kind))

    def certain(self, certainty: str) -> ClaimQuerySet:
        """Claims whose current verdict has the given certainty."""
        return self.filter(verdicts__in=Verdict.objects.current().filter(certainty=certainty))

    def saying(self, text: str) -> ClaimQuerySet:
        """Claims with each of these words in statement or key."""
        found = self
        for word in text.split():
            found = found.filter(Q(statement__icontains=word) | Q(key__icontains=word))
        return found

    def with_verdict(self) -> ClaimQuerySet:
        """Give each claim `current_verdicts`: a list of its current verdict, or an empty one."""
        return self.prefetch_related(
            Prefetch("verdicts", Verdict.objects.current().for_list(), to_attr="current_verdicts")
        )

    def most_depended_upon(self) -> ClaimQuerySet:
        """The premises: claims that others depend on, those of most others first."""
        dependants = Count(
            "relations_to",
            filter=Q(
                relations_to__type=RelationType.DEPENDS_ON,
                relations_to__source__in=self.model.objects.public(),
            ),
        )
        return (
            self.for_list()
            .annotate(dependants=dependants)
            .filter(dependants__gt=0)
            .order_by("-dependants", "position", "pk")
        )

    def for_list(self) -> ClaimQuerySet:
        return self.select_related("article", "parent").with_verdict()

    def for_article(self) -> ClaimQuerySet:
        """Claims as an article's readers see them, in order, with their places."""
        return self.public().with_verdict().prefetch_related("anchors").order_by("position", "pk")

    def for_page(self) -> ClaimQuerySet:
        """All that a claim's own page says of it, but for its evidence."""
        others = self.model.objects.public().with_verdict()
        cited = ("citations__publication", "citations__trial__digest")
        return self.select_related("article", "parent").prefetch_related(
            Prefetch("verdicts", Verdict.objects.for_history()),
            Prefetch("parts", others.prefetch_related(*cited)),
            Prefetch("parent__parts", others),
            Prefetch("anchors", ClaimAnchor.objects.with_snapshot()),
            Prefetch("parent__anchors", ClaimAnchor.objects.with_snapshot()),
            Prefetch("relations_from", ClaimRelation.objects.with_target(others)),
            Prefetch("relations_to", ClaimRelation.objects.with_source(others)),
            *cited,
            "searches",
        )

    def topic_tally(self) -> dict[str, int]:
        """Count the claims by topic, each claim under all of its topics."""
        topic = Func(F("topics"), function="unnest", output_field=models.SlugField())
        rows = self.order_by().annotate(topic=topic).values_list("topic")
        return dict(rows.annotate(n=Count("pk")))

    def tally(self, field: str) -> dict[str, int]:
        """Count the claims by the values of one of their fields."""
        return dict(self.order_by().values_list(field).annotate(n=Count("pk")))

    def standing(self) -> ClaimQuerySet:
        return self.exclude(state=ClaimState.WITHDRAWN)

    def of_families(self, roots: Collection[int]) -> ClaimQuerySet:
        """The claims with these primary keys, and their parts."""
        return self.filter(Q(pk__in=roots) | Q(parent__in=roots))

    def published_without_counted_evidence(self) -> ClaimQuerySet:
        """Published claims that evidence could check, and none of it counts."""
        empty = Verdict.objects.current().filter(
            evidence_counts__supports=0, evidence_counts__contradicts=0
        )
        return self.leaves().filter(
            state=ClaimState.PUBLISHED, checkability=Checkability.CHECKABLE, verdicts__in=empty
        )

    def without_verdict(self) -> ClaimQuerySet:
        current = Verdict.objects.current().filter(claim=OuterRef("pk"))
        return self.standing().filter(~Exists(current))

    def without_place(self) -> ClaimQuerySet:
        """Public claims that stand nowhere in their article; a part stands where its whole does."""
        return self.public().whole().filter(anchors=None)

    def missing_parts(self) -> ClaimQuerySet:
        """Compound claims of which fewer than two parts stand."""
        standing = Count("parts", filter=~Q(parts__state=ClaimState.WITHDRAWN))
        compound = self.standing().annotate(all_parts=Count("parts"), standing_parts=standing)
        return compound.filter(all_parts__gt=0, standing_parts__lt=2)

    def for_derivation(self) -> ClaimQuerySet:
        """Standing claims, each with `last_search`: the day of its last search, or None."""
        return self.standing().annotate(last_search=Max("searches__run_on")).order_by("pk")
