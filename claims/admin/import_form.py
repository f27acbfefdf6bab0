"""Asks for an article's text: a file, the text itself, or the address of the page."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile

from claims.extraction import decoded
from claims.web import BadAddress
from claims.web.addresses import checked_url

LARGEST: Final = 5 * 2**20
PAGE_NAMES: Final = (".html", ".htm", ".xhtml")


class ImportForm(forms.Form):
    """Cleaned, one of `url` (else ""), `html` and `text` (else None) is given."""

    url = forms.CharField(
        label="Address of the page",
        required=False,
        widget=forms.URLInput(attrs={"class": "vURLField"}),
        help_text="A worker fetches it; menus and readers' comments are told from the article.",
    )
    file = forms.FileField(
        label="or a file",
        required=False,
        help_text="A page saved from a browser (.html) or a text file, up to 5 MB.",
    )
    pasted = forms.CharField(
        label="or the text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField"}),
        help_text="Paste it; an empty line parts paragraphs.",
    )

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"]).strip()
        try:
            return checked_url(url) if url else ""
        except BadAddress as error:
            raise forms.ValidationError(str(error)) from None

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["file"]
        if file and (file.size or 0) > LARGEST:
            raise forms.ValidationError("The file is larger than 5 MB: import its text alone.")
        return file

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        if sum(bool(given.get(name)) for name in ("url", "file", "pasted")) != 1:
            raise forms.ValidationError("Give an address, a file or a text, and only one of them.")
        content = given["file"].read() if given["file"] else None
        is_page = content is not None and _is_page(given["file"].name or "", content)
        text = decoded(content) if content is not None and not is_page else given["pasted"]
        return {
            "url": given["url"],
            "html": content if is_page else None,
            "text": text or None,
        }


def _is_page(name: str, content: bytes) -> bool:
    start = content[:200].lstrip().lower()
    return name.lower().endswith(PAGE_NAMES) or start.startswith((b"<!doctype", b"<html"))
