"""How raised and lowered characters and emphasis are written: as plain text, and as safe HTML.

Plain text keeps the meaning that a raised letter carries: 1.73 m², 10⁻⁹, ¹³C. A lowered index
stays as people type it (CO2, HbA1c) unless a digit touches it (log₁₀2).
"""

import re
from html import escape
from typing import Final, Protocol

DIGITS: Final = frozenset("0123456789")
RAISED: Final = dict(
    zip(
        "0123456789+-\u2212\u2013=()abcdefghijklmnoprstuvwxyz",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
        strict=True,
    )
)
LOWERED: Final = dict(zip("0123456789+-\u2212\u2013=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎", strict=True))
WORD_END: Final = re.compile(r"[\w)\]}]$")


class Style(Protocol):
    """`raised` and `lowered` are running text's; `exponent` and `index` are a formula's."""

    def text(self, text: str) -> str: ...
    def marked(self, tag: str, content: str) -> str: ...
    def raised(self, content: str, before: str) -> str: ...
    def lowered(self, content: str, before: str, after: str) -> str: ...
    def exponent(self, content: str) -> str: ...
    def index(self, content: str) -> str: ...


class Plain:
    """Characters alone; Unicode's own raised and lowered ones where they carry meaning."""

    def text(self, text: str) -> str:
        return text

    def marked(self, tag: str, content: str) -> str:
        return content

    def raised(self, content: str, before: str) -> str:
        inner = content.strip()
        # "5th" and "Acme(TM)" read the same when not raised; "m2" and "10-9" do not.
        carries_meaning = len(inner) == 1 or any(not char.isalpha() for char in inner)
        if carries_meaning and all(char in RAISED for char in inner):
            return "".join(RAISED[char] for char in inner)
        if not DIGITS.isdisjoint(inner) and WORD_END.search(before):
            return f"^({inner})"
        return content

    def lowered(self, content: str, before: str, after: str) -> str:
        inner = content.strip()
        touched = (before[-1:] in DIGITS and inner[:1] in DIGITS) or (
            after[:1] in DIGITS and inner[-1:] in DIGITS
        )
        return self.index(inner) if touched else content

    def exponent(self, content: str) -> str:
        if all(char in RAISED for char in content):
            return "".join(RAISED[char] for char in content)
        return f"^{_together(content)}"

    def index(self, content: str) -> str:
        if all(char in LOWERED for char in content):
            return "".join(LOWERED[char] for char in content)
        return f"_{_together(content)}"


def _together(content: str) -> str:
    return content if content.isalnum() or len(content) == 1 else f"({content})"


class Html:
    """b, i, sub, sup and u without attributes; everything else is escaped."""

    def text(self, text: str) -> str:
        return escape(text, quote=False) if "<" in text or "&" in text or ">" in text else text

    def marked(self, tag: str, content: str) -> str:
        return f"<{tag}>{content}</{tag}>"

    def raised(self, content: str, before: str) -> str:
        return self.marked("sup", content)

    def lowered(self, content: str, before: str, after: str) -> str:
        return self.marked("sub", content)

    def exponent(self, content: str) -> str:
        return self.marked("sup", content)

    def index(self, content: str) -> str:
        return self.marked("sub", content)


PLAIN: Final = Plain()
HTML: Final = Html()
