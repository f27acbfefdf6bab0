"""What counts once: the trial that a publication reports, else the publication itself."""

from claims.dataset.records import Dataset, Evidence


def unit_of(data: Dataset, item: Evidence) -> str:
    if item.trial:
        return f"trial:{item.trial}"
    return unit_of_publication(data, item.publication or "")


def unit_of_publication(data: Dataset, key: str) -> str:
    return data.units.get(key, f"publication:{key}")


def unit_included(data: Dataset, included: str) -> str:
    """Return the unit of what a review includes: "trial:x" or "publication:x"."""
    word, _, key = included.partition(":")
    return included if word == "trial" else unit_of_publication(data, key)
