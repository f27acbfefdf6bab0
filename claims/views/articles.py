"""An article, claim by claim."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from claims.models import Article, Claim
from claims.ruleset.vocabulary import Voice
from claims.views.outline import outline_of
from claims.views.tallies import signs_of, verdict_tally


def article(request: HttpRequest, key: str) -> HttpResponse:
    article = get_object_or_404(Article, key=key)
    snapshot = article.snapshots.first()
    claims = list(Claim.objects.of_article(key).for_article())
    by_author = [claim for claim in claims if claim.voice == Voice.AUTHOR]
    by_readers = [claim for claim in claims if claim.voice == Voice.READER_COMMENT]
    return TemplateResponse(
        request,
        "claims/article.html",
        {
            "article": article,
            "snapshot": snapshot,
            "claims": claims,
            "outline": outline_of(snapshot, claims),
            "tally": verdict_tally(signs_of(by_author)),
            "comment_tally": verdict_tally(signs_of(by_readers)),
            "citations": article.citations.of_public_claims().with_sources(),
        },
    )
