"""The XML parsers for records. They follow nothing: no entity, no document type, no network.

QUICK leaves out the white space between tags, a quarter of a record's nodes. In running text that
begins with a tag it would also leave out a space that counts: `text` then raises BlanksDropped, and
the record is parsed again by EXACT.
"""

from typing import Any, Final

from lxml import etree

SAFE: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
    "collect_ids": False,
}
QUICK: Final = etree.XMLParser(remove_blank_text=True, **SAFE)
EXACT: Final = etree.XMLParser(**SAFE)


class BlanksDropped(Exception):
    """QUICK may have left out a space between two words."""


def require_blanks(element: etree._Element) -> None:
    """Raise BlanksDropped if the element has been parsed without the space between tags."""
    if element.getroottree().parser is QUICK:
        raise BlanksDropped
