"""Fetches a page that somebody named, and nothing that is not on the public internet.

A name is resolved once, every address it has is checked, and the connection goes to a checked address,
so that a name which changes its mind between check and connection gains nothing. Each redirect is a new
address and checked anew. No proxy is used: behind one, the check would be the proxy's.
"""

from claims.web.failures import BadAddress, NoPage, TryLater, WebFailure
from claims.web.pages import Page, WebPages

__all__ = ["BadAddress", "NoPage", "Page", "TryLater", "WebFailure", "WebPages"]
