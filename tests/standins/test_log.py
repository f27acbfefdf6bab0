"""The measure that the tests of the rate limit rest on."""

import pytest

from tests.standins.log import RequestLog, read_log, worst_window


@pytest.mark.parametrize(
    ("times", "worst"),
    [
        ([], 0),
        ([5.0], 1),
        ([0.0, 0.5, 0.999], 3),
        # A window is as long as its second and does not hold the next one's first moment.
        ([0.0, 0.5, 1.0], 2),
        # The worst second begins where no whole second begins.
        ([0.0, 0.9, 1.0, 1.1, 1.8, 3.0], 4),
        # Order of arrival in the log is not the order in time.
        ([1.1, 0.9, 1.0], 3),
    ],
)
def test_worst_window_counts_any_sliding_second(times, worst):
    assert worst_window(times) == worst


def test_worst_window_takes_another_length():
    assert worst_window([0.0, 1.0, 2.0, 3.0], seconds=2.5) == 3


def test_log_numbers_requests_from_one():
    log = RequestLog("eutils")
    log.record(method="GET", path="/a", params={}, ids=["1", "2"])
    log.record(method="GET", path="/b", params={}, ids=["2"])

    assert [(entry.number, entry.path) for entry in log.entries] == [(1, "/a"), (2, "/b")]
    assert log.ids == ["1", "2", "2"]


def test_log_file_holds_each_request_at_once(tmp_path):
    file = tmp_path / "log"
    log = RequestLog("eutils", file)

    entry = log.record(method="POST", path="/a", params={"id": "1"}, ids=["1"], headers={"a": "b"})

    assert read_log(file) == [entry]
