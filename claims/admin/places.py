"""The list of claims whose place in a text is not known: seen in context, settled with a click."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from claims.actions.errors import Refused
from claims.actions.places import OpenPlace, choose_place, open_places, refuse_places
from claims.admin.links import change_url
from claims.admin.marking import MarkingMixin, marking_url, may_mark
from claims.models import Article, ArticleSnapshot, ClaimAnchor
from claims.outlines import place_of
from claims.passages import excerpt
from claims.ruleset.vocabulary import AnchorStatus

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class PlaceForm(forms.Form):
    """A choice for one anchor: `span` is "10-60", or empty for none of the places."""

    span = forms.RegexField(r"\A[0-9]{1,9}-[0-9]{1,9}\Z", required=False)
    why = forms.CharField(required=False)
    opened = forms.CharField()


def places_url(snapshot: ArticleSnapshot) -> str:
    return reverse("admin:claims_articlesnapshot_places", args=[snapshot.pk])


def text_tools(request: HttpRequest, snapshot: ArticleSnapshot | None) -> list[dict[str, Any]]:
    """Return the buttons for the pages on which a text is worked on, none where it is not here."""
    if snapshot is None or snapshot.text is None or not may_mark(request):
        return []
    tools = [{"label": "Mark claims", "asks": True, "url": marking_url(snapshot)}]
    lost = snapshot.anchors.lost().count()
    if lost and request.user.has_perm("claims.change_claimanchor"):
        label = f"Settle {lost} place{'' if lost == 1 else 's'}"
        tools.append({"label": label, "asks": True, "url": places_url(snapshot)})
    return tools


def article_tools(request: HttpRequest, article: Article) -> list[dict[str, Any]]:
    """Return the buttons for its newest text, and one for older texts if only these leave places open."""
    newest = article.snapshots.with_text().first()
    tools = text_tools(request, newest)
    older = list(article.snapshots.with_open_places())
    if not tools or not older or newest in older:
        return tools
    if request.user.has_perm("claims.change_claimanchor"):
        tools.append({"label": "Settle older texts", "asks": True, "url": places_url(older[0])})
    return tools


class PlacesMixin(MarkingMixin):
    """The admin of snapshots: the page on which open places are settled."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.places)
        name = "claims_articlesnapshot_places"
        return [path("<path:object_id>/places/", view, name=name), *super().get_urls()]

    def tools_for(self, request: HttpRequest, record: models.Model) -> list[dict[str, Any]]:
        return [*super().tools_for(request, record), *text_tools(request, cast(Any, record))]

    def places(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the list; what was refused is told at its claim, with what was typed."""
        snapshot = self.snapshot_to_mark(request, object_id)
        if not request.user.has_perm("claims.change_claimanchor"):
            raise PermissionDenied
        error: dict[int, str] = {}
        if request.method == "POST":
            number = request.POST.get("anchor", "")
            pk = int(number) if number.isdecimal() else 0
            anchor = get_object_or_404(snapshot.anchors.select_related("claim"), pk=pk)
            why_not = self._settle(request, anchor)
            if why_not is None:
                return HttpResponseRedirect(places_url(snapshot))
            error = {anchor.pk: why_not}
        return self._places_page(request, snapshot, error)

    def _settle(self, request: HttpRequest, anchor: ClaimAnchor) -> str | None:
        """Do what was chosen and tell it; return why not if it was refused."""
        form = PlaceForm(request.POST)
        if not form.is_valid():
            return "Choose one of the places, or say why it is none of them."
        given, by, now = form.cleaned_data, cast("User", request.user), timezone.now()
        try:
            if given["span"]:
                start, end = map(int, given["span"].split("-"))
                choose_place(anchor, start=start, end=end, opened=given["opened"], by=by, now=now)
                told = f"{anchor.claim.public_id} stands at {start} to {end}."
            else:
                refuse_places(anchor, opened=given["opened"], by=by, now=now, why=given["why"])
                told = f"{anchor.claim.public_id} stays without a place in this text."
        except Refused as error:
            return str(error)
        self.message_user(request, told, messages.SUCCESS)
        return None

    def _places_page(
        self, request: HttpRequest, snapshot: ArticleSnapshot, error: dict[int, str]
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Settle places",
            "subtitle": str(snapshot),
            "tool": {"label": "Settle places"},
            "opts": self.opts,
            "media": self.media,
            "record": snapshot,
            "record_url": change_url(snapshot),
            "rows": [_row(snapshot, place, error) for place in open_places(snapshot)],
            # Settled by somebody else, a claim is in the list no more: what was refused stands on top.
            "error": next(iter(error.values()), ""),
            "typed": request.POST.get("why", ""),
            "marking_url": marking_url(snapshot),
            "others": [
                (each, places_url(each))
                for each in snapshot.article.snapshots.with_open_places().exclude(pk=snapshot.pk)
            ],
        }
        return TemplateResponse(request, "admin/claims/articlesnapshot/places.html", context)


def _row(snapshot: ArticleSnapshot, place: OpenPlace, error: dict[int, str]) -> dict[str, Any]:
    text = snapshot.text or ""
    return {
        "anchor": place.anchor,
        "claim": place.anchor.claim,
        "is_ambiguous": place.anchor.status == AnchorStatus.AMBIGUOUS,
        "is_refused": place.anchor.pk in error,
        "candidates": [
            {
                "span": f"{start}-{end}",
                "where": place_of(snapshot.outline, start),
                "excerpt": excerpt(text, (start, end)),
            }
            for start, end in place.candidates
        ],
    }
