"""What is asked of verdicts, in the words of the domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from claims.ruleset.vocabulary import Basis, ClaimState

if TYPE_CHECKING:
    from claims.models.verdict import Verdict  # noqa: F401  # the subscript of the class

SHOWN = (ClaimState.IN_REVIEW, ClaimState.PUBLISHED)


class VerdictQuerySet(models.QuerySet["Verdict"]):
    def current(self) -> VerdictQuerySet:
        """What readers are shown today."""
        return self.filter(is_current=True, basis=Basis.TODAY)

    def today(self) -> VerdictQuerySet:
        return self.filter(basis=Basis.TODAY)

    def newest(self) -> VerdictQuerySet:
        """The last version of each claim's verdict."""
        return self.order_by("claim_id", "-version").distinct("claim_id")

    def rated(self) -> VerdictQuerySet:
        return self.filter(start_level__isnull=False)

    def published(self) -> VerdictQuerySet:
        return self.filter(approved_by__isnull=False)

    def proposed(self) -> VerdictQuerySet:
        """What waits for an editor: the newest version of each standing claim, if not approved."""
        later = self.model.objects.filter(
            claim=OuterRef("claim"), basis=OuterRef("basis"), version__gt=OuterRef("version")
        )
        return (
            self.filter(basis=Basis.TODAY, approved_by=None)
            .exclude(claim__state=ClaimState.WITHDRAWN)
            .filter(~Exists(later))
        )

    def stale(self) -> VerdictQuerySet:
        return self.filter(is_current=True, stale_since__isnull=False)

    def unreviewed(self) -> VerdictQuerySet:
        return self.filter(review_status=self.model.ReviewStatus.PROVISIONAL)

    def of(self, claims: models.QuerySet) -> VerdictQuerySet:
        return self.filter(claim__in=claims)

    def tally(self) -> dict[str, int]:
        """Count the verdicts by their sign."""
        sign = Coalesce("contested_kind", "verdict")
        return dict(self.order_by().values_list(sign).annotate(n=Count("pk")))

    def tally_by_certainty(self) -> dict[str, int]:
        return dict(self.order_by().values_list("certainty").annotate(n=Count("pk")))

    def tally_by_article(self) -> dict[int, dict[str, int]]:
        """Count the verdicts by the article of their claim and by their sign."""
        sign = Coalesce("contested_kind", "verdict")
        rows = self.order_by().values_list("claim__article", sign).annotate(n=Count("pk"))
        tallies: dict[int, dict[str, int]] = {}
        for article, found, n in rows:
            tallies.setdefault(article, {})[found] = n
        return tallies

    def for_list(self) -> VerdictQuerySet:
        """Leave out the trace: it is long, and lists do not show it."""
        return self.defer("trace")

    def for_history(self) -> VerdictQuerySet:
        """All versions of what was said, newest first, with who said so."""
        return self.select_related("author", "approved_by").order_by("basis", "-version")

    def for_changes(self) -> VerdictQuerySet:
        """The newest versions first, each with the sign of the one before it as `previous_sign`."""
        before = self.model.objects.filter(
            claim=OuterRef("claim"), basis=OuterRef("basis"), version__lt=OuterRef("version")
        ).order_by("-version")
        sign = Coalesce("contested_kind", "verdict")
        return (
            self.for_list()
            .filter(claim__state__in=SHOWN, basis=Basis.TODAY)
            .select_related("claim")
            .annotate(previous_sign=Subquery(before.values_list(sign)[:1]))
            .order_by("-created_at", "-pk")
        )
