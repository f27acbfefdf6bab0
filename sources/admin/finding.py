"""The page on which a DOI, PMCID or citation is looked up; an offer is taken by a person, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from sources.actions.lookup import CannotLookUp, Lookup, accept_offer, look_up, new_client
from sources.identifiers import IllegalIdentifier
from sources.models import Service
from sources.tasks import wake

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class LookupForm(forms.Form):
    """What to look for."""

    text = forms.CharField(
        label="DOI, PMCID or citation",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="10.1000/xyz, PMC123, or: Gerstein HC. Lancet. 2019;394:121-130.",
    )


class LookupPageMixin(admin.ModelAdmin):
    """Publications can be looked up in PubMed by what is known of them."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.lookup_view)
        return [path("lookup/", view, name="sources_publication_lookup"), *super().get_urls()]

    def lookup_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        if "accept" in request.POST:
            return self._accept(request)
        form = LookupForm(request.POST or None)
        found = self._look_up(form) if form.is_valid() else None
        context = {
            **self.admin_site.each_context(request),
            "title": "Find a publication's PMID",
            "form": form,
            "found": found,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/sources/publication/lookup.html", context)

    def _look_up(self, form: LookupForm) -> Lookup | None:
        try:
            with new_client() as client:
                return look_up(form.cleaned_data["text"], client=client)
        except CannotLookUp as error:
            form.add_error("text", str(error))
            return None

    def _accept(self, request: HttpRequest) -> HttpResponse:
        by, now = cast("User", request.user), timezone.now()
        given: dict[str, Any] = {"doi": request.POST.get("doi", ""), "by": by, "now": now}
        try:
            paper = accept_offer(request.POST["accept"], **given)
        except IllegalIdentifier as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:sources_publication_lookup"))
        wake(Service.PUBMED)
        self.message_user(request, f"{paper.identifier_text} is known; its record is fetched soon.")
        return HttpResponseRedirect(reverse("admin:sources_publication_change", args=[paper.pk]))
