"""HTTP for the client modules: one deadline, a byte cap, no redirects, no secrets told.

Nobody outside the client modules sees `requests`; what goes wrong is a `Failure`, and each client
module has its own named failures below it.
"""

from sources.http.client import Client, Options
from sources.http.failures import Failure, Outcome
from sources.http.pace import Pace, pace_of
from sources.http.replies import Reply
from sources.http.wire import Deadline, Timeouts, Wire

__all__ = [
    "Client",
    "Deadline",
    "Failure",
    "Options",
    "Outcome",
    "Pace",
    "Reply",
    "Timeouts",
    "Wire",
    "pace_of",
]
