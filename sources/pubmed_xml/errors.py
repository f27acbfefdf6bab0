"""What can be wrong with an answer of the E-utilities.

* PubMedXMLError
  - Malformed      not the XML that was asked for: cut short, an HTML page, a bomb
  - ServiceError   the service says in words why there are no records
    - Blocked      NCBI has shut this address out: an operator has to write to them
"""


class PubMedXMLError(Exception):
    """The bytes hold no usable records."""


class Malformed(PubMedXMLError):
    """The bytes are not what PubMed sends when all is well; `reason` is fit for a log."""

    def __init__(self, reason: str, position: int | None = None) -> None:
        super().__init__(reason if position is None else f"{reason} (byte {position})")
        self.reason = reason
        self.position = position


class ServiceError(PubMedXMLError):
    """The service answered with an error; `transient` says whether asking again may help."""

    def __init__(self, text: str, *, transient: bool) -> None:
        super().__init__(text)
        self.text = text
        self.transient = transient


class Blocked(ServiceError):
    """NCBI has blocked this address; nothing should be sent until an operator has cleared it."""

    def __init__(self) -> None:
        super().__init__("NCBI has blocked this address", transient=False)
