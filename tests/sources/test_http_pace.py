"""What the services say of their limits, in their own headers."""

import pytest
from requests.structures import CaseInsensitiveDict

from sources.http import Pace, Reply, pace_of


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (200, {}, Pace()),
        (200, {"X-RateLimit-Limit": "3", "X-RateLimit-Remaining": "2"}, Pace(3.0)),
        (
            200,
            {"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "0"},
            Pace(10.0, is_used_up=True),
        ),
        (200, {"X-Rate-Limit-Limit": "50", "X-Rate-Limit-Interval": "1s"}, Pace(50.0)),
        (200, {"x-rate-limit-limit": "5", "x-rate-limit-interval": "10s"}, Pace(0.5)),
        (200, {"x-rate-limit-limit": "30", "x-rate-limit-interval": "1m"}, Pace(0.5)),
        (200, {"x-rate-limit-limit": "7"}, Pace(7.0)),
        (200, {"x-rate-limit-limit": "5", "x-rate-limit-interval": "soon"}, Pace()),
        (200, {"x-rate-limit-limit": "5", "x-rate-limit-interval": "0s"}, Pace()),
        (200, {"x-rate-limit-limit": "0"}, Pace()),
        (200, {"X-RateLimit-Limit": "-3"}, Pace()),
        (200, {"X-RateLimit-Limit": "many"}, Pace()),
        (429, {}, Pace(rest=2.0, is_used_up=True)),
        (429, {"Retry-After": "9"}, Pace(rest=9.0, is_used_up=True)),
        (503, {"Retry-After": "30"}, Pace(rest=30.0)),
        (429, {"X-RateLimit-Limit": "3"}, Pace(3.0, 2.0, is_used_up=True)),
    ],
)
def test_pace_is_read_from_the_headers(status, headers, expected):
    reply = Reply(status, CaseInsensitiveDict(headers), b"", "http://127.0.0.1/", 3)

    assert pace_of(reply) == expected
