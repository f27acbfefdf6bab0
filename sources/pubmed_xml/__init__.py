"""PubMed XML, from bytes to records. Knows neither network nor Django.

parse(stream)           records of a file of any size, one at a time
read(stream)            the same with raw bytes, positions, deletions and rejected records
parse_reply(body, type) an efetch answer as a whole, or the error that it is
parse_record(raw)       one record again, from the bytes that were stored
"""

from sources.pubmed_xml.errors import Blocked, Malformed, PubMedXMLError, ServiceError
from sources.pubmed_xml.records import PublicationRecord

#: Raised whenever the same bytes would give another record.
PARSER_VERSION = "1"

__all__ = [
    "PARSER_VERSION",
    "Blocked",
    "Malformed",
    "PubMedXMLError",
    "PublicationRecord",
    "ServiceError",
]
