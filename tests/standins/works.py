"""Works in the shape of Crossref's REST API, as short as they can be; all of them made up."""

from typing import Any

Work = dict[str, Any]


def update(doi: str | None, type_: str = "retraction", **said: Any) -> dict[str, Any]:
    """Return an entry of `updated-by` or `update-to`; `date` are its numbers, year first."""
    entry: dict[str, Any] = {"type": type_, "label": said.get("label", type_.capitalize())}
    if doi:
        entry["DOI"] = doi
    if "date" in said:
        entry["updated"] = {"date-parts": [list(said["date"])]}
    if "source" in said:
        entry["source"] = said["source"]
    if "record_id" in said:
        entry["record-id"] = said["record_id"]
    return entry


def work(doi: str, title: str = "A work of the stand-in", **said: Any) -> Work:
    """Return a work; `updated_by` and `update_to` are lists of entries, left out when empty."""
    whole: Work = {
        "DOI": doi,
        "type": "journal-article",
        "title": [title],
        "publisher": "Publisher of Examples",
        "source": "Crossref",
        "score": 1,
        "issued": {"date-parts": [[2015, 6]]},
    }
    names = {"updated_by": "updated-by", "update_to": "update-to", "aliases": "aliases"}
    return whole | {names[name]: value for name, value in said.items() if value}


def retracted(doi: str, notice: str, type_: str = "retraction", **said: Any) -> list[Work]:
    """Return a work and the notice about it, each pointing to the other as Crossref has them."""
    said.setdefault("source", "publisher")
    return [
        work(doi, updated_by=[update(notice, type_, **said)]),
        work(notice, f"Notice on {doi}", update_to=[update(doi, type_, **said)]),
    ]
