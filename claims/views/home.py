"""The first page, and the one that says what this site is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from claims.legend import SIGNS
from claims.models import Article, Claim, Verdict
from claims.views.tallies import Tally, verdict_tally


def home(request: HttpRequest) -> HttpResponse:
    claims = Claim.objects.public()
    verdicts = Verdict.objects.current().of(claims)
    return TemplateResponse(
        request,
        "claims/home.html",
        {
            "articles": _articles_with_tallies(),
            "tally": verdict_tally(verdicts.tally()),
            "signs": SIGNS.values(),
            "is_provisional": verdicts.unreviewed().exists(),
            "premises": claims.most_depended_upon()[:5],
        },
    )


def about(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "claims/about.html", {"articles": Article.objects.for_list()})


def _articles_with_tallies() -> list[tuple[Article, Tally]]:
    """Each article with the tally of what its author says; readers' comments are not his."""
    said = Claim.objects.public().by_author()
    tallies = Verdict.objects.current().of(said).tally_by_article()
    return [
        (article, verdict_tally(tallies.get(article.pk, {})))
        for article in Article.objects.for_list()
    ]
