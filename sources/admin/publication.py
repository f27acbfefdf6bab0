"""Publications: making one known by its number, and settling which paper a record is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator

from sources.actions.conflicts import AlreadyResolved, NothingToSettle, settle_identity
from sources.actions.publications import UnknownIdentifier, read_identifier
from sources.admin.asking import queue_fetch
from sources.admin.desk import DeskAdmin, DeskForm, ReadOnlyInline
from sources.admin.finding import LookupPageMixin
from sources.admin.integrity import ChecksMixin, DeletedFilter, DisagreementFilter, NoticeInline
from sources.admin.lookup import OfferingMixin, stored
from sources.admin.publication_facts import abstract, comparison, links_to_conflicts
from sources.admin.tools import ReasonForm, Tool, tool
from sources.models import Inclusion, Publication, Report

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class NewPublicationForm(DeskForm):
    """Asks for nothing but the number: PubMed says the rest."""

    identifier = forms.CharField(
        label="PMID, DOI or PMCID", help_text="With a PMID its record is fetched at once."
    )

    def clean_identifier(self) -> str:
        try:
            return read_identifier(self.cleaned_data["identifier"])[1]
        except UnknownIdentifier as error:
            raise forms.ValidationError(str(error)) from error


class ReportInline(ReadOnlyInline):
    model = Report
    fields = ("trial", "role", "origin")
    verbose_name_plural = "trials it reports"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("trial")


class InclusionInline(ReadOnlyInline):
    model = Inclusion
    fk_name = "review"
    fields = ("publication", "trial")
    verbose_name_plural = "what this review pooled"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("publication", "trial")


def _in_question(publication: Publication) -> bool:
    in_question = {Publication.Identity.MISMATCH, Publication.Identity.UNCONFIRMED}
    return publication.is_fetched and publication.identity in in_question


@admin.register(Publication)
class PublicationAdmin(LookupPageMixin, ChecksMixin, OfferingMixin, DeskAdmin):
    list_display = (
        "public_id",
        "short_citation",
        "short_title",
        "standing",
        "integrity",
        "checked_in",
        "identity",
        "fetched_at",
    )
    list_filter = (
        DisagreementFilter,
        "identity",
        "integrity",
        ("pubmed_checked_at", admin.EmptyFieldListFilter),
        ("crossref_checked_at", admin.EmptyFieldListFilter),
        "standing",
        "abstract_state",
        ("fetched_at", admin.EmptyFieldListFilter),
        DeletedFilter,
    )
    search_fields = ("=pmid", "=doi", "=pmcid", "title", "expected_title", "expected_first_author")
    search_help_text = "PMID, DOI, PMCID or words of the title"
    date_hierarchy = "fetched_at"
    inlines = (NoticeInline, ReportInline, InclusionInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "citation",
                    "identifiers",
                    "comparison",
                    "identity",
                    "identity_basis",
                    "conflicts",
                    "deleted_at",
                )
            },
        ),
        (
            "Integrity",
            {
                "fields": (
                    "integrity",
                    "what_sources_say",
                    "noted_integrity",
                    "integrity_note",
                    "interest_note",
                )
            },
        ),
        ("Abstract", {"fields": ("abstract_state", "abstract")}),
        (
            "What PubMed says",
            {
                "fields": (
                    "standing",
                    "types",
                    "mesh_terms",
                    "languages",
                    "medline_status",
                    "fetched_at",
                    "parser_version",
                )
            },
        ),
        ("What the curators say", {"fields": ("study_design", "sample_size", "numbers_from")}),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The record is PubMed's to change; what may be done here are the buttons."""
        return False

    def has_settle_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("sources.change_publication")

    def has_fetch_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("sources.add_fetchrequest")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            super().get_fieldsets(request, obj) if obj else ((None, {"fields": ("identifier",)}),)
        )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        if obj is None:
            kwargs["form"] = NewPublicationForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Publication, form: Any, change: bool) -> None:
        field, value = read_identifier(form.cleaned_data["identifier"])
        unsaved = Publication(**{field: value})
        known = Publication.objects.filter(**{field: value}).first() or unsaved
        saved = stored(known, by=cast("User", request.user), now=timezone.now())
        obj.pk = saved.pk
        obj.refresh_from_db()

    def tool_context(self, tool: Tool, record: Any) -> dict[str, Any]:
        return {"comparison": comparison(record)}

    @tool(
        "It is the right paper",
        form=ReasonForm,
        permission="settle",
        shown=_in_question,
        refusals=(NothingToSettle, AlreadyResolved),
        template="admin/sources/publication/settle.html",
    )
    def accept_identity(
        self, request: HttpRequest, paper: Publication, given: dict[str, Any]
    ) -> str:
        """From now on it counts as evidence, whatever its title says at the next fetch."""
        by, now = cast("User", request.user), timezone.now()
        settle_identity(paper, accept=True, by=by, now=now, why=given["why"])
        return f"{paper.identifier_text} is confirmed as the paper that was meant."

    @tool(
        "It is another paper",
        form=ReasonForm,
        permission="settle",
        shown=_in_question,
        refusals=(NothingToSettle, AlreadyResolved),
        template="admin/sources/publication/settle.html",
    )
    def refuse_identity(
        self, request: HttpRequest, paper: Publication, given: dict[str, Any]
    ) -> str:
        """It stays a mismatch, shown as one and not counted. Tie the right paper to the claim instead."""
        by, now = cast("User", request.user), timezone.now()
        settle_identity(paper, accept=False, by=by, now=now, why=given["why"])
        return f"{paper.identifier_text} is marked as another paper and does not count."

    @tool("Fetch again", permission="fetch", shown=lambda paper: paper.pmid is not None)
    def fetch_again(self, request: HttpRequest, paper: Publication, given: dict[str, Any]) -> str:
        """Asks PubMed for the record once more."""
        queue_fetch(request, [paper])
        return f"PubMed will be asked for {paper.identifier_text}."

    actions = ("fetch_chosen", "check_chosen_in_crossref")

    @admin.action(description="Fetch again", permissions=["fetch"])
    def fetch_chosen(self, request: HttpRequest, chosen: Any) -> None:
        papers = list(chosen.fetchable())
        queue_fetch(request, papers)
        self.message_user(request, f"PubMed will be asked for {len(papers)}.")

    @admin.display(description="identifier", ordering="pmid")
    def public_id(self, paper: Publication) -> str:
        return paper.public_id

    @admin.display(description="citation", ordering="year")
    def short_citation(self, paper: Publication) -> str:
        return paper.short_citation

    @admin.display(description="title", ordering="title")
    def short_title(self, paper: Publication) -> str:
        return Truncator(paper.title or paper.expected_title or "not fetched yet").chars(90)

    @admin.display(description="citation")
    def citation(self, paper: Publication) -> str:
        title = paper.title or "No title stored yet."
        return format_html(
            "{}<br>{}, {}", title, paper.short_citation, paper.journal or "no journal"
        )

    @admin.display(description="identifiers")
    def identifiers(self, paper: Publication) -> str:
        links = [
            (paper.pubmed_url, f"PMID {paper.pmid}"),
            (paper.doi_url, f"doi:{paper.doi}"),
            (paper.pmc_url, paper.pmcid),
        ]
        shown = ((url, text) for url, text in links if url)
        return format_html_join(" · ", '<a href="{}" rel="noreferrer">{}</a>', shown)

    @admin.display(description="expected and fetched")
    def comparison(self, paper: Publication) -> str:
        return comparison(paper)

    @admin.display(description="conflicts")
    def conflicts(self, paper: Publication) -> str:
        return links_to_conflicts(paper)

    @admin.display(description="abstract")
    def abstract(self, paper: Publication) -> str:
        return abstract(paper)

    @admin.display(description="publication types")
    def types(self, paper: Publication) -> str:
        return ", ".join(str(each["name"]) for each in paper.publication_types)

    @admin.display(description="MeSH")
    def mesh_terms(self, paper: Publication) -> str:
        return ", ".join(str(each["name"]) for each in paper.mesh)
