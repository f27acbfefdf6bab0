"""PubMed's dates: often partial, sometimes a range in words. Never more exact than given."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple, TypedDict

from sources.pubmed_xml.records import PartialDate

#: Text of the elements below a date, by tag.
Leaves = Mapping[str, str | None]

MONTH_NAMES: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
MONTHS: Final[dict[str | None, int]] = {
    text: month
    for month, name in enumerate(MONTH_NAMES, 1)
    for text in (name, name.lower(), str(month), f"{month:02d}")
}
#: How years, months and days are nearly always written; other forms are read with more care.
YEARS: Final[dict[str | None, int]] = {str(year): year for year in range(1000, 3000)}
DAYS: Final[dict[str | None, int]] = {
    text: day for day in range(1, 32) for text in (str(day), f"{day:02d}")
}
LAST_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
SEASONS: Final = frozenset({"spring", "summer", "fall", "autumn", "winter"})
YEAR: Final = re.compile(r"\b[12][0-9]{3}\b", re.ASCII)
QUARTER: Final = re.compile(r"([12][0-9]{3}) ([1-4])(?:st|nd|rd|th) quart(?:er)?", re.IGNORECASE)
DASH: Final = re.compile(r"\s*[-\u2013/]\s*")


class PublicationDate(TypedDict):
    """A printed date in parts, verbatim where it is no date, and the days it can mean."""

    year: int | None
    month: int | None
    day: int | None
    season: str | None
    medline_date: str | None
    date_from: str | None
    date_to: str | None


class Point(NamedTuple):
    """A date whose smaller parts may be missing."""

    year: int
    month: int | None = None
    day: int | None = None


# Dates repeat: a file of one year has a few hundred of them.
@lru_cache(maxsize=4096)
def first_day(point: Point) -> str:
    return iso(point.year, point.month or 1, point.day or 1)


@lru_cache(maxsize=4096)
def last_day(point: Point) -> str:
    month = point.month or 12
    return iso(point.year, month, point.day or days_in(point.year, month))


def iso(year: int, month: int, day: int) -> str:
    return f"{year:04d}-{month:02d}-{day:02d}"


def days_in(year: int, month: int) -> int:
    if month == 2 and (year % 4 or (year % 100 == 0 and year % 400)):
        return 28
    return LAST_DAYS[month - 1]


def point(leaves: Leaves) -> Point | None:
    """Return Year, Month and Day as numbers; a part that is none is missing, and all below it."""
    return _point(leaves.get("Year"), leaves.get("Month"), leaves.get("Day"))


@lru_cache(maxsize=4096)
def _point(given_year: str | None, given_month: str | None, given_day: str | None) -> Point | None:
    year = year_number(given_year)
    if year is None:
        return None
    month = month_number(given_month)
    day = day_number(given_day) if month else None
    if month and day and day > 28 and day > days_in(year, month):
        day = None
    return Point(year, month, day)


def partial_date(leaves: Leaves) -> PartialDate | None:
    given = point(leaves)
    return {"year": given.year, "month": given.month, "day": given.day} if given else None


def whole_date(leaves: Leaves) -> str | None:
    """Return a date that has all three parts as "2015-07-16", else None."""
    given = point(leaves)
    return first_day(given) if given and given.day else None


# Dates repeat too: a month has 31 days, and a file few years.
@lru_cache(maxsize=512)
def year_number(text: str | None) -> int | None:
    return YEARS.get(text) or YEARS.get((text or "").strip())


@lru_cache(maxsize=512)
def month_number(text: str | None) -> int | None:
    """Return 7 for "Jul", "July", "07" and "7"."""
    return MONTHS.get(text) or MONTHS.get((text or "").strip()[:3].lower())


@lru_cache(maxsize=512)
def day_number(text: str | None) -> int | None:
    return DAYS.get(text) or DAYS.get((text or "").strip())


def publication_date(leaves: Leaves) -> PublicationDate:
    """Return a PubDate: Year with Month and Day, Year with Season, or MedlineDate."""
    given = point(leaves)
    medline = (leaves.get("MedlineDate") or "").strip() or None
    season = (leaves.get("Season") or "").strip() or None
    return _publication_date(given, season, medline)


@lru_cache(maxsize=4096)
def _publication_date(
    given: Point | None, season: str | None, medline: str | None
) -> PublicationDate:
    span: tuple[Point, Point] | None
    if medline:
        span = date_range(medline)
        given = Point(span[0].year) if span else None
    else:
        span = (given, given) if given else None
        if season and given:
            span = date_range(f"{given.year} {season}")
    return {
        "year": given.year if given else None,
        "month": given.month if given else None,
        "day": given.day if given else None,
        "season": season,
        "medline_date": medline,
        "date_from": first_day(span[0]) if span else None,
        "date_to": last_day(span[1]) if span else None,
    }


def date_range(text: str) -> tuple[Point, Point] | None:
    """Return the first and the last point that words such as "1998 Dec-1999 Jan" can mean.

    What can't be read is widened to the years that are named, and None if none is.
    """
    quarter = QUARTER.fullmatch(text)
    if quarter:
        year, number = int(quarter[1]), int(quarter[2])
        return Point(year, 3 * number - 2), Point(year, 3 * number)
    return _two_ends(text) or _named_years(text)


def _two_ends(text: str) -> tuple[Point, Point] | None:
    ends = [_tokens(end) for end in DASH.split(text)]
    if len(ends) > 2 or None in ends:
        return None
    first = ends[0] or {}
    last = ends[-1] or {}
    inherited = ("Year", "Month") if last.keys() == {"Day"} else ("Year",)
    last = {part: first[part] for part in inherited if part in first} | last
    start, end = point(first), point(last)
    # "Dec-Jan" of one year is a range only if we guess the second year.
    if start is None or end is None or first_day(start) > last_day(end):
        return None
    return start, end


def _tokens(end: str) -> dict[str, str] | None:
    """Return one end of a range by part, or None when a word of it is unknown."""
    parts: dict[str, str] = {}
    for word in end.split():
        if YEAR.fullmatch(word):
            parts["Year"] = word
        elif month_number(word) and word.isalpha():
            parts["Month"] = word
        elif day_number(word):
            parts["Day"] = word
        elif word.lower() not in SEASONS:
            return None
    return parts


def _named_years(text: str) -> tuple[Point, Point] | None:
    years = sorted(int(year) for year in YEAR.findall(text))
    return (Point(years[0]), Point(years[-1])) if years else None
