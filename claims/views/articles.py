"""An article, read claim by claim."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from claims.models import Article, ArticleSnapshot, Claim
from claims.ruleset.vocabulary import Voice
from claims.text_fragments import KnownText
from claims.views.cited import cited, counts_of
from claims.views.coverage import coverage_of
from claims.views.outline import Shown, outline_of
from claims.views.passages import Passages
from claims.views.sign_filter import SignFilter
from claims.views.spots import Spots, findings, marked_on, spots_of
from claims.views.tallies import signs_of, verdict_tally


@dataclass(frozen=True, slots=True)
class Sight:
    """Who looks: `may_read` the text on the desk too; `is_inside` if shown what only they may see,
    `is_whole` if all of the article's text is shown."""

    may_read: bool = False
    is_inside: bool = False
    is_whole: bool = False


def article(request: HttpRequest, key: str) -> HttpResponse:
    article = get_object_or_404(Article, key=key)
    versions = list(article.snapshots.for_reading())
    # The first is the one to read; the texts of the others are not.
    snapshot = ArticleSnapshot.objects.get(pk=versions[0].pk) if versions else None
    has_text = snapshot is not None and snapshot.text is not None
    sight = _sight(request, article) if has_text else Sight()
    claims = list(Claim.objects.of_article(key).for_article())
    spots = spots_of(snapshot, claims)
    chosen = SignFilter.of(request, claims)
    shown = _shown(article, snapshot, chosen, spots, sight)
    context = {
        "article": article,
        "snapshot": snapshot,
        "has_text": has_text,
        "sight": sight,
        "claims": claims,
        "chosen": chosen,
        "outline": outline_of(snapshot, shown),
        "coverage": coverage_of(snapshot, claims, spots),
        "findings": findings(snapshot, claims),
        "marked_on": [v for v in versions if v.pk in marked_on(versions, claims)],
        **_tallies(claims),
        **_citations(article),
    }
    response = TemplateResponse(request, "claims/article.html", context)
    if has_text:
        _keep_apart(response, sight)
    return response


def _sight(request: HttpRequest, article: Article) -> Sight:
    """Who may read the text on the desk may read it here; `?as=public` shows what others see."""
    may_read = request.user.has_perm("claims.view_articlesnapshot")
    is_inside = may_read and request.GET.get("as") != "public"
    return Sight(
        may_read=may_read,
        is_inside=is_inside,
        is_whole=is_inside or article.text_visibility == Article.TextVisibility.FULL,
    )


def _keep_apart(response: HttpResponse, sight: Sight) -> None:
    """No cache may show to one reader what another was shown."""
    patch_vary_headers(response, ["Cookie"])
    if sight.may_read:
        add_never_cache_headers(response)


def _shown(
    article: Article,
    snapshot: ArticleSnapshot | None,
    chosen: SignFilter,
    spots: Spots,
    sight: Sight,
) -> Shown:
    claims = chosen.claims
    if snapshot is None or snapshot.text is None:
        return Shown(claims, spots, is_narrowed=chosen.is_any)
    by_voice = _by_voice(claims)
    said, commented = by_voice[Voice.AUTHOR], by_voice[Voice.READER_COMMENT]
    # Whoever commented did not publish: their own words are for those who check the claims alone.
    comments = Passages(snapshot.text, commented, spots, whole=True) if sight.is_inside else None
    return Shown(
        claims,
        spots,
        body=Passages(snapshot.text, said, spots, whole=sight.is_whole),
        comments=comments,
        originals=_originals(article, snapshot.text, said, spots),
        is_narrowed=chosen.is_any,
    )


def _originals(article: Article, text: str, claims: list[Claim], spots: Spots) -> dict[int, str]:
    """Return for each claim the address of its passage in the original, where there is one."""
    if not article.url:
        return {}
    known = KnownText(text)
    placed = [claim for claim in claims if spots[claim.pk].start is not None]
    links = {claim.pk: known.link(article.url, spots[claim.pk].span) for claim in placed}
    return {key: link for key, link in links.items() if link}


def _by_voice(claims: list[Claim]) -> dict[str, list[Claim]]:
    return {
        voice: [claim for claim in claims if claim.voice == voice]
        for voice in (Voice.AUTHOR, Voice.READER_COMMENT)
    }


def _citations(article: Article) -> dict[str, object]:
    citations = list(article.citations.of_public_claims().with_sources())
    return {"citations": cited(citations), "citation_counts": counts_of(citations)}


def _tallies(claims: list[Claim]) -> dict[str, object]:
    by_voice = _by_voice(claims)
    return {
        "tally": verdict_tally(signs_of(by_voice[Voice.AUTHOR])),
        "comment_tally": verdict_tally(signs_of(by_voice[Voice.READER_COMMENT])),
    }
