"""Topics: the subjects under which claims are filed, with how many each has."""

from typing import Annotated, Any, TypedDict

from rest_framework.request import Request

from claims.api import addresses, cursors, filters, words
from claims.api.views import Listing, cursor_in
from claims.models import Claim
from claims.topics import topic_label

Tally = tuple[str, int]


class TopicJSON(TypedDict):
    """A topic and its claims."""

    topic: Annotated[str, "In kebab-case, as claims have it."]
    label: Annotated[str, "As it reads."]
    url: words.URL
    claim_count: Annotated[int, "Claims that readers see."]
    claims_url: Annotated[words.URL, "Its claims in this API."]


class TopicList(Listing):
    """Topics in alphabetical order of their slugs."""

    tag = "topics"
    shape = TopicJSON
    summary = "List topics"
    ordering = cursors.Ordering("topics", ("topic",), (str,))

    def page(self, request: Request, **names: str) -> cursors.Page[Any]:
        self.filterset.check(request.query_params)
        size = filters.page_size(request.query_params)
        cursor = cursor_in(request, self.ordering)
        # A topic is no row of its own: all are counted in one query, and there are not many.
        tally = sorted(Claim.objects.public().topic_tally().items())
        some = _from(tally, cursor)[: size + 1]
        return cursors.cut(some, size, cursor, lambda row: (row[0],))

    def represent(self, row: Any) -> TopicJSON:
        return topic(*row)


def _from(tally: list[Tally], cursor: cursors.Cursor | None) -> list[Tally]:
    if cursor is None:
        return tally
    place = str(cursor.place[0])
    if cursor.is_backwards:
        return [row for row in reversed(tally) if row[0] < place]
    return [row for row in tally if row[0] > place]


def topic(slug: str, claim_count: int) -> TopicJSON:
    return {
        "topic": slug,
        "label": topic_label(slug),
        "url": addresses.site(f"/{addresses.topic(slug)}"),
        "claim_count": claim_count,
        "claims_url": addresses.api(f"claims/?topic={slug}"),
    }
