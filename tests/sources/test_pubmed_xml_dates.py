import pytest

from sources.pubmed_xml.dates import publication_date, whole_date

MEDLINE_DATES = {
    "1993 Sep-Oct": (1993, "1993-09-01", "1993-10-31"),
    "1977 Jan 5-20": (1977, "1977-01-05", "1977-01-20"),
    "1977 Aug 27-Sep 3": (1977, "1977-08-27", "1977-09-03"),
    "1998 Dec-1999 Jan": (1998, "1998-12-01", "1999-01-31"),
    "1998 Dec 25-1999 Jan 1": (1998, "1998-12-25", "1999-01-01"),
    "1947-1948": (1947, "1947-01-01", "1948-12-31"),
    "1979-1980 Fall": (1979, "1979-01-01", "1980-12-31"),
    "1977 Fall-Winter": (1977, "1977-01-01", "1977-12-31"),
    "2018 May - Jun": (2018, "2018-05-01", "2018-06-30"),
    "2021 Apr-Jun 01": (2021, "2021-04-01", "2021-06-01"),
    "2021 3rd Quarter": (2021, "2021-07-01", "2021-09-30"),
    "2020 1st Quart": (2020, "2020-01-01", "2020-03-31"),
    "2000 Jan\u2013Feb": (2000, "2000-01-01", "2000-02-29"),
    "1900 Feb/Mar": (1900, "1900-02-01", "1900-03-31"),
    "Summer 2019": (2019, "2019-01-01", "2019-12-31"),
    "2019": (2019, "2019-01-01", "2019-12-31"),
    # What can't be read is widened to the years that are named.
    "2010 Dec-Jan": (2010, "2010-01-01", "2010-12-31"),
    "1998 Christmas": (1998, "1998-01-01", "1998-12-31"),
    "1998 a-b-c 1999": (1998, "1998-01-01", "1999-12-31"),
    "Sep-Oct": (None, None, None),
    "soon": (None, None, None),
}


@pytest.mark.parametrize("words", MEDLINE_DATES)
def test_medline_date_is_kept_and_bounded(words):
    date = publication_date({"MedlineDate": words})

    assert date["medline_date"] == words
    assert (date["year"], date["date_from"], date["date_to"]) == MEDLINE_DATES[words]
    assert (date["month"], date["day"]) == (None, None)


@pytest.mark.parametrize(
    ("parts", "read_as", "bounds"),
    [
        ({"Year": "2015"}, (2015, None, None), ("2015-01-01", "2015-12-31")),
        ({"Year": "2015", "Month": "Jul"}, (2015, 7, None), ("2015-07-01", "2015-07-31")),
        ({"Year": "2016", "Month": "2"}, (2016, 2, None), ("2016-02-01", "2016-02-29")),
        ({"Year": " 2015 ", "Month": "JULY", "Day": "6"}, (2015, 7, 6), ("2015-07-06",) * 2),
        ({"Year": "2015", "Month": "13", "Day": "6"}, (2015, None, None), None),
        ({"Year": "2015", "Day": "6"}, (2015, None, None), None),
        ({"Year": "2015", "Month": "Jun", "Day": "31"}, (2015, 6, None), None),
        ({"Year": "15", "Month": "Jun"}, (None, None, None), (None, None)),
        ({}, (None, None, None), (None, None)),
    ],
)
def test_partial_date_stays_partial(parts, read_as, bounds):
    date = publication_date(parts)

    assert (date["year"], date["month"], date["day"]) == read_as
    assert bounds is None or (date["date_from"], date["date_to"]) == bounds


@pytest.mark.parametrize(
    ("season", "bounds"),
    [
        ("Winter", ("2004-01-01", "2004-12-31")),
        ("Oct-Dec", ("2004-10-01", "2004-12-31")),
        ("Winter-Spring", ("2004-01-01", "2004-12-31")),
        ("Carnival", ("2004-01-01", "2004-12-31")),
    ],
)
def test_season_is_kept_and_bounded(season, bounds):
    date = publication_date({"Year": "2004", "Season": season})

    assert (date["season"], date["year"], date["month"]) == (season, 2004, None)
    assert (date["date_from"], date["date_to"]) == bounds


@pytest.mark.parametrize(
    ("parts", "day"),
    [
        ({"Year": "2024", "Month": "05", "Day": "07"}, "2024-05-07"),
        ({"Year": "2024", "Month": "05"}, None),
        ({"Year": "2023", "Month": "2", "Day": "29"}, None),
        ({}, None),
    ],
)
def test_whole_date_is_all_or_nothing(parts, day):
    assert whole_date(parts) == day
