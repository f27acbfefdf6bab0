"""MathML on one line: scripts raised and lowered, fractions with a slash, roots with a sign.

`formula` writes any Presentation MathML; what it does not know is read through.
"""

from collections.abc import Callable
from typing import Final

from lxml import etree

from sources.pubmed_xml.styles import Style

Element = etree._Element
Layout = Callable[[Element, list[str], Style], str]

TOKENS: Final = frozenset({"mi", "mn", "mo", "mtext", "ms"})
UNSEEN: Final = frozenset({"annotation", "annotation-xml", "mphantom", "none", "mprescripts"})
ROWS: Final = frozenset({"math", "mrow", "mstyle", "mpadded", "mfenced", "semantics"})
#: Signs set above a letter, and the combining character for each.
ACCENTS: Final = {
    "\u00af": "\u0304",
    "\u203e": "\u0304",
    "\u02c9": "\u0304",
    "_": "\u0304",
    "-": "\u0304",
    "\u2015": "\u0304",
    "^": "\u0302",
    "\u02c6": "\u0302",
    "~": "\u0303",
    "\u02dc": "\u0303",
    "\u2192": "\u20d7",
    "\u02d9": "\u0307",
    ".": "\u0307",
}


def local_name(element: Element) -> str:
    """Return the tag without its namespace: MathML comes with and without one."""
    return element.tag.rpartition("}")[2]


def formula(element: Element, style: Style) -> str:
    """Return what a MathML element says."""
    name = local_name(element)
    if name in TOKENS:
        return style.text(" ".join(str(element.xpath("string()")).split()))
    if name in UNSEEN:
        return ""
    parts = [formula(child, style) for child in element]
    layout = LAYOUTS.get(name)
    if layout is None or len(parts) < ARITY.get(name, 0):
        return "".join(parts)
    return layout(element, parts, style)


def _group(element: Element, written: str) -> str:
    """Put brackets around a part that is a row of several things."""
    while local_name(element) in ROWS and len(element) == 1:
        element = element[0]
    name = local_name(element)
    several = name == "mfrac" or (name in ROWS and name != "mfenced")
    return f"({written})" if several and not written.startswith("(") else written


def _fraction(element: Element, parts: list[str], style: Style) -> str:
    return f"{_group(element[0], parts[0])}/{_group(element[1], parts[1])}"


def _root(element: Element, parts: list[str], style: Style) -> str:
    return f"{style.exponent(parts[1])}√{_group(element[0], parts[0])}"


def _square_root(element: Element, parts: list[str], style: Style) -> str:
    radicand = "".join(parts)
    return f"√({radicand})" if len(parts) > 1 else f"√{_group(element[0], radicand)}"


def _exponent(element: Element, parts: list[str], style: Style) -> str:
    return _group(element[0], parts[0]) + style.exponent(parts[1])


def _index(element: Element, parts: list[str], style: Style) -> str:
    return parts[0] + style.index(parts[1])


def _index_and_exponent(element: Element, parts: list[str], style: Style) -> str:
    return parts[0] + style.index(parts[1]) + style.exponent(parts[2])


def _over(element: Element, parts: list[str], style: Style) -> str:
    accent = ACCENTS.get(parts[1])
    return parts[0] + (accent or style.exponent(parts[1]))


def _fenced(element: Element, parts: list[str], style: Style) -> str:
    separators = (element.get("separators") or ",").strip() or ","
    inside = style.text(f"{separators[0]} ").join(parts)
    return style.text(element.get("open", "(")) + inside + style.text(element.get("close", ")"))


def _table(element: Element, parts: list[str], style: Style) -> str:
    return f"[{'; '.join(parts)}]"


def _table_row(element: Element, parts: list[str], style: Style) -> str:
    return ", ".join(parts)


def _space(element: Element, parts: list[str], style: Style) -> str:
    return " "


def _first(element: Element, parts: list[str], style: Style) -> str:
    return parts[0]


def _scripts(element: Element, parts: list[str], style: Style) -> str:
    """Base, then pairs of index and exponent; those after mprescripts stand before the base."""
    names = [local_name(child) for child in element]
    split = names.index("mprescripts") if "mprescripts" in names else len(parts)
    return (
        _script_pairs(parts[split + 1 :], style) + parts[0] + _script_pairs(parts[1:split], style)
    )


def _script_pairs(parts: list[str], style: Style) -> str:
    written = ""
    for low, high in zip(parts[::2], parts[1::2], strict=False):
        written += (style.index(low) if low else "") + (style.exponent(high) if high else "")
    return written


LAYOUTS: Final[dict[str, Layout]] = {
    "mfrac": _fraction,
    "mroot": _root,
    "msqrt": _square_root,
    "msup": _exponent,
    "msub": _index,
    "msubsup": _index_and_exponent,
    "mover": _over,
    "munder": _index,
    "munderover": _index_and_exponent,
    "mfenced": _fenced,
    "mtable": _table,
    "mtr": _table_row,
    "mspace": _space,
    "semantics": _first,
    "mmultiscripts": _scripts,
}
#: How many children a layout needs; with fewer the parts are simply read in order.
ARITY: Final = {
    "mfrac": 2,
    "mroot": 2,
    "msqrt": 1,
    "msup": 2,
    "msub": 2,
    "msubsup": 3,
    "mover": 2,
    "munder": 2,
    "munderover": 3,
    "semantics": 1,
    "mmultiscripts": 1,
}
