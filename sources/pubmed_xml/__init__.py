"""PubMed XML, from bytes to records. Knows neither network nor Django.

parse(source)            records of a file of any size, one at a time
read(source)             the same with raw bytes, positions, deletions and rejected records
parse_reply(body, type)  an efetch answer as a whole, or the error that it is
parse_record(raw)        one record again, from the bytes that were stored
"""

from typing import Final

from sources.pubmed_xml.errors import Blocked, Malformed, PubMedXMLError, ServiceError
from sources.pubmed_xml.reading import Deleted, Found, Rejected, parse, parse_record, read
from sources.pubmed_xml.records import PublicationRecord
from sources.pubmed_xml.reply import Reply, parse_reply

#: Raised whenever the same bytes would give another record.
PARSER_VERSION: Final = "2"

__all__ = [
    "PARSER_VERSION",
    "Blocked",
    "Deleted",
    "Found",
    "Malformed",
    "PubMedXMLError",
    "PublicationRecord",
    "Rejected",
    "Reply",
    "ServiceError",
    "parse",
    "parse_record",
    "parse_reply",
    "read",
]
