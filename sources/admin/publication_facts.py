"""What stands on a publication's page on the desk besides its columns."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html, format_html_join

from sources.models import IdentityConflict, Publication


def links_to_conflicts(paper: Publication) -> str:
    """Return a link to each open conflict in which the publication has a part."""
    found = IdentityConflict.objects.open().about(paper).with_parties()
    links = (
        (reverse("admin:sources_identityconflict_change", args=[each.pk]), str(each))
        for each in found
    )
    return format_html_join(" · ", '<a href="{}">{}</a>', links) or "none open"


def comparison(paper: Publication) -> str:
    """Return what a curator expected beside what was fetched, as a table."""
    fetched = (
        (paper.title, paper.first_author, paper.year)
        if paper.is_fetched
        else ("not fetched yet", "", "")
    )
    rows = zip(
        ("Title", "First author", "Year"),
        (paper.expected_title, paper.expected_first_author, paper.expected_year),
        fetched,
        strict=True,
    )
    return format_html(
        '<table class="compare"><thead><tr><th scope="col"></th><th scope="col">Expected</th>'
        '<th scope="col">Fetched</th></tr></thead><tbody>{}</tbody></table>',
        format_html_join(
            "",
            '<tr><th scope="row">{}</th><td>{}</td><td>{}</td></tr>',
            ((name, expected or "-", found or "-") for name, expected, found in rows),
        ),
    )


def abstract(paper: Publication) -> str:
    """Return the stored abstract with its sections' labels, or why there is none."""
    if not paper.abstract_sections:
        return str(paper.get_abstract_state_display())
    return format_html_join(
        "",
        '<p class="abstract"><b>{}</b> {}</p>',
        ((section["label"] or "", section["text"]) for section in paper.abstract_sections),
    )
