"""Why there is no page, by what the person who asked for it can do; the message says so too.

* WebFailure
  - BadAddress    give another address
  - NoPage        save the page in a browser and import the file
  - TryLater      try again later
"""


class WebFailure(Exception):
    """A page that could not be fetched."""


class BadAddress(WebFailure):
    pass


class NoPage(WebFailure):
    pass


class TryLater(WebFailure):
    pass
