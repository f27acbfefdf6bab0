"""Articles whose claims are tracked: the list, and one by its key."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, TypedDict

from django.db.models import Count, QuerySet
from django.http import Http404

from claims.api import addresses, lookups, words
from claims.api.bodies import revised
from claims.api.cursors import Ordering
from claims.api.views import Listing, Resource
from claims.models import Article, Verdict
from claims.ruleset import vocabulary

Tallies = Mapping[int, Mapping[str, int]]
VERDICTS = [word.value for word in vocabulary.Verdict]


class ArticleJSON(TypedDict):
    """A health article that makes claims. Its text is not ours to hand on: see `source_url`."""

    key: str
    url: words.URL
    title: str
    authors: list[str]
    publisher: str | None
    source_url: Annotated[words.URL | None, "Where the article itself stands."]
    language: str
    published_on: Annotated[date | None, "As exact as its precision says, not more."]
    published_on_precision: Annotated[str, Article.Precision] | None
    published_note: str | None
    interest_note: Annotated[str | None, "What its author or publisher sells."]
    reviewers_required: Annotated[int, "How many reviewers must agree before an item counts."]
    text_visibility: Annotated[
        str, Article.TextVisibility, "What readers see of an imported text on the article's page."
    ]
    claim_count: Annotated[
        int,
        "Claims tracked first here that readers see, parts included. `claims_url` also has shared ones.",
    ]
    verdict_counts: Annotated[dict[str, int], "Those claims by their current verdict."]
    claims_url: Annotated[words.URL, "Its claims in this API."]
    revision: words.Revision
    api_url: words.URL


class ArticleList(Listing):
    """Articles in the order in which they were added."""

    tag = "articles"
    shape = ArticleJSON
    summary = "List articles"
    ordering = Ordering("articles", ("pk",), (int,))

    def rows(self, **names: str) -> QuerySet[Any, Any]:
        return Article.objects.for_list()

    def represent_all(self, rows: list[Any]) -> list[Mapping[str, Any]]:
        tallies = verdict_tallies(rows)
        return [article(row, tallies) for row in rows]


class ArticleDetail(Resource):
    """One article, with how its claims fare."""

    tag = "articles"
    shape = ArticleJSON
    summary = "Read an article, by key"
    path_patterns = {"article": lookups.ARTICLE}

    def read(self, **names: str) -> ArticleJSON:
        found = Article.objects.for_list().filter(key=names["article"]).first()
        if found is None:
            raise Http404
        return article(found, verdict_tallies([found]))


def verdict_tallies(articles: Iterable[Article]) -> Tallies:
    """Count the current verdicts of the articles' public claims, in one query for all of them."""
    current = Verdict.objects.current().filter(
        claim__article__in=[found.pk for found in articles], claim__state__in=words.PUBLIC_STATES
    )
    rows = current.order_by().values_list("claim__article", "verdict").annotate(n=Count("pk"))
    tallies: dict[int, dict[str, int]] = {}
    for key, verdict, n in rows:
        tallies.setdefault(key, {})[verdict] = n
    return tallies


def article(found: Any, tallies: Tallies) -> ArticleJSON:
    """Return an article annotated by `for_list`."""
    path = addresses.article(found.key)
    tally = tallies.get(found.pk, {})
    content: ArticleJSON = {
        "key": found.key,
        "url": addresses.site(f"/{path}"),
        "title": found.title,
        "authors": found.authors,
        "publisher": found.publisher or None,
        "source_url": found.url,
        "language": found.language,
        "published_on": found.published_on,
        "published_on_precision": found.published_on_precision or None,
        "published_note": found.published_note or None,
        "interest_note": found.interest_note or None,
        "reviewers_required": found.reviewers_required,
        "text_visibility": found.text_visibility,
        "claim_count": found.claim_count,
        "verdict_counts": {verdict: tally.get(verdict, 0) for verdict in VERDICTS},
        "claims_url": addresses.api(f"claims/?article={found.key}"),
        "revision": "",
        "api_url": addresses.api(path),
    }
    return revised(content)
