"""What each way to fail means, and what to do about it, in plain words."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Explanation:
    meaning: str
    advice: str


GIVEN_UP: Final = "given_up"

EXPLANATIONS: Final = {
    "rate_limited": Explanation(
        "The service said that it is asked too often.",
        "Nothing to do: it is asked again later. If it keeps happening, lower the rate under Rate budgets.",
    ),
    "bad_payload": Explanation(
        "An answer came that could not be read: cut short, empty, or about another record.",
        "It is asked again in smaller batches. What stays unreadable fails; look at its attempts.",
    ),
    "network": Explanation(
        "No answer came: the service, or the way to it, is down.",
        "Check this machine's connection and proxy. Requests wait and are repeated as long as it takes.",
    ),
    "server_error": Explanation(
        "The service failed at answering.",
        "Nothing to do: it is asked again, later each time, and fails for good after eight setbacks.",
    ),
    "rejected": Explanation(
        "The service refused the request itself.",
        "Read the error: a wrong API key or a block has to be settled with the service; then retry.",
    ),
    "abandoned": Explanation(
        "A worker was stopped before it was done.",
        "Nothing to do: another worker takes over. If it keeps happening, look at the workers' memory.",
    ),
    "not_found": Explanation(
        "The service does not know this identifier.",
        "Check the identifier where it is cited.",
    ),
    GIVEN_UP: Explanation("Somebody gave it up, with a reason.", "Retry it if the reason is gone."),
}
