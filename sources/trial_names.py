"""What trials are called: one key for all the ways to write an acronym. No database, no network.

"SAVOR-TIMI 53", "savor timi53" and "the SAVOR trial" are one name; which trial bears it is not
decided here.
"""

import re
from typing import Final

#: A study group's own number behind the acronym, as in "SAVOR-TIMI 53".
GROUP_NUMBER: Final = re.compile(r"[\s-]*\btimi[\s-]*[0-9]+$")
AROUND: Final = re.compile(r"^\s*the\s+|\s+(?:trial|study)\s*$")
NOT_OF_A_KEY: Final = re.compile("[^a-z0-9]+")


def name_key(name: str) -> str:
    """Return the letters and digits of a name, in lower case: "SAVOR-TIMI 53" is "savortimi53".

    The database makes the keys of stored names in the same way (trigger `name_keys` of trials).
    """
    return NOT_OF_A_KEY.sub("", name.lower())


def keys_of(typed: str) -> tuple[str, ...]:
    """Return the keys that somebody may mean, the most literal one first; none for mere signs."""
    said = typed.lower()
    bare = AROUND.sub("", AROUND.sub("", said))
    keys = (said, bare, GROUP_NUMBER.sub("", bare))
    return tuple(dict.fromkeys(key for each in keys if (key := name_key(each))))
