"""The changes of verdicts as an Atom feed."""

from __future__ import annotations

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.urls import reverse_lazy
from django.utils.feedgenerator import Atom1Feed

from claims.legend import REVIEW_STATUSES, sign_entry
from claims.models import Verdict
from claims.models.verdict_queryset import VerdictQuerySet

LENGTH = 50


class ChangesFeed(Feed):
    """The newest versions of verdicts, newest first."""

    feed_type = Atom1Feed
    title = "Claim and evidence tracker: changes of verdicts"
    subtitle = "New versions of verdicts on claims, newest first."
    link = reverse_lazy("changes")

    def items(self) -> VerdictQuerySet:
        return Verdict.objects.for_changes()[:LENGTH]

    def item_title(self, item: Verdict) -> str:
        return f"{sign_entry(item.sign).label}: {item.claim.statement}"

    def item_description(self, item: Verdict) -> str:
        return f"{item.summary} ({REVIEW_STATUSES[item.review_status].label}.)"

    def item_link(self, item: Verdict) -> str:
        return item.claim.get_absolute_url()

    def item_guid(self, item: Verdict) -> str:
        return item.public_id

    def item_pubdate(self, item: Verdict) -> datetime:
        return item.created_at

    def item_updateddate(self, item: Verdict) -> datetime:
        return item.created_at
