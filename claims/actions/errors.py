"""What an action refuses, for edges to show; the message is a sentence for the person who asked.

* Refused
  - NotAllowed        this user may not do it
  - OwnWork           a second person has to do it
  - AlreadyDone       someone was faster, or it was done before
  - Outdated          what it rests on has changed since
  - IllegalChange     what is asked for is not a change of this kind
  - IllegalQuote      too short to be checked, or only the title
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class Refused(Exception):
    """The action did nothing; the message says why."""


class NotAllowed(Refused):
    pass


class OwnWork(Refused):
    pass


class AlreadyDone(Refused):
    pass


class AlreadyApproved(AlreadyDone):
    pass


class AlreadyWithdrawn(AlreadyDone):
    pass


class Outdated(Refused):
    pass


class IllegalChange(Refused):
    pass


class IllegalQuote(Refused):
    pass


def refuse_unless_allowed(by: User, permission: str) -> None:
    """Raise NotAllowed unless the user has a permission of this app, such as "add_claim"."""
    if not by.has_perm(f"claims.{permission}"):
        what = permission.replace("_", " ")
        raise NotAllowed(f"{by.get_username()} has no permission to {what}.")
