"""Topics, and the claims under each."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from claims.models import Claim, Verdict
from claims.topics import topic_label
from claims.views.paging import page_of
from claims.views.tallies import verdict_tally


def topic_list(request: HttpRequest) -> HttpResponse:
    topics = [
        (slug, topic_label(slug), count)
        for slug, count in Claim.objects.public().topic_tally().items()
    ]
    topics.sort(key=lambda topic: (-topic[2], topic[1]))
    return TemplateResponse(request, "claims/topic_list.html", {"topics": topics})


def topic(request: HttpRequest, slug: str) -> HttpResponse:
    claims = Claim.objects.public().about(slug)
    page = page_of(request, claims.for_list())
    if not page.paginator.count:
        raise Http404("No such topic")
    return TemplateResponse(
        request,
        "claims/topic.html",
        {
            "slug": slug,
            "label": topic_label(slug),
            "page": page,
            "tally": verdict_tally(Verdict.objects.current().of(claims).tally()),
        },
    )
