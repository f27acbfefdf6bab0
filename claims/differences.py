"""What changed between two derivations of a claim, in words: it is why a verdict went stale."""

from collections.abc import Iterator, Mapping
from typing import Any

from claims.ruleset.reasons import UNSETTLED_IDENTITIES
from claims.ruleset.vocabulary import Identity, Integrity

_Trace = Mapping[str, Any]
_NO_NOTICE = (Integrity.UNKNOWN, Integrity.CURRENT)
_BY_IDENTITY: Mapping[str, str] = {
    Identity.MISMATCH: "the record fetched is not the work that was meant",
    Identity.IN_CONFLICT: "the identity of its record is in conflict",
    Identity.DUPLICATE: "its record is the same as another",
}
_AXES = ("stance", "directness", "scope", "finding_role", "study_design", "rob_overall")


def differences(before: _Trace, after: _Trace) -> list[str]:
    """Return what differs between two traces of one claim, each a clause without a full stop.

    None at all, if the claim itself was worded anew: a trace does not hold its words.
    """
    found = list(_of_ruleset(before, after))
    if before["kind"] != after["kind"]:
        return [*found, "the claim was taken apart, or put together again"]
    if after["kind"] == "compound":
        found += _of_parts(before, after)
    else:
        found += _of_claim(before, after)
        found += _of_items(before, after)
    return found


def _of_ruleset(before: _Trace, after: _Trace) -> Iterator[str]:
    old, new = before["ruleset_version"], after["ruleset_version"]
    if old != new:
        yield f"the ruleset changed from version {old} to {new}"


def _of_claim(before: _Trace, after: _Trace) -> Iterator[str]:
    for field, name in (
        ("claim_type", "the type of the claim"),
        ("checkability", "whether the claim can be checked"),
        ("certainty_given", "the certainty"),
    ):
        if before[field] != after[field]:
            yield f"{name} changed from {_words(before[field])} to {_words(after[field])}"
    if before["last_search"] != after["last_search"]:
        yield f"a search of {after['last_search']} is on record"
    elif before["rule"] == "V2" and after["rule"] == "V2u":
        yield "the last search is too long ago"


def _of_items(before: _Trace, after: _Trace) -> Iterator[str]:
    old = {item["key"]: item for item in before["items"]}
    new = {item["key"]: item for item in after["items"]}
    yield from (f"{key} was removed" for key in old if key not in new)
    for key, item in new.items():
        if key not in old:
            yield f"{key} was added"
        else:
            yield from (f"{key}: {change}" for change in _of_item(old[key], item))


def _of_item(old: _Trace, new: _Trace) -> Iterator[str]:
    yield from _of_notice(old["integrity"], new["integrity"])
    yield from _of_identity(old["identity"], new["identity"])
    yield from _of_judgement(old, new)
    if old["unit"] != new["unit"]:
        yield f"it counts as {new['unit'].replace(':', ' ')}"
    if old["includes"] != new["includes"]:
        yield "what the review includes has changed"


def _of_identity(old: str, new: str) -> Iterator[str]:
    if (old in UNSETTLED_IDENTITIES) == (new in UNSETTLED_IDENTITIES):
        return
    yield _BY_IDENTITY.get(new, "the record fetched is the work that was meant after all")


def _of_notice(old: str, new: str) -> Iterator[str]:
    had, has = old not in _NO_NOTICE, new not in _NO_NOTICE
    if has and old != new:
        yield f"its publication is now marked as {_words(new)}"
    elif had and not has:
        yield f"its publication is no longer marked as {_words(old)}"


def _of_judgement(old: _Trace, new: _Trace) -> Iterator[str]:
    if (old["stance"] is None) != (new["stance"] is None):
        yield (
            "the reviewers agree on it" if old["stance"] is None else "the reviewers disagree on it"
        )
        return
    for axis in _AXES:
        if old[axis] != new[axis]:
            yield f"{_words(axis)} changed from {_words(old[axis])} to {_words(new[axis])}"


def _of_parts(before: _Trace, after: _Trace) -> Iterator[str]:
    old = {part["key"]: part for part in before["parts"]}
    new = {part["key"]: part for part in after["parts"]}
    yield from (f"the part {key} was removed" for key in old if key not in new)
    for key, part in new.items():
        if key not in old:
            yield f"the part {key} was added"
        elif old[key] != part:
            yield f"the part {key} changed: {_summed_up(old[key])}, now {_summed_up(part)}"


def _summed_up(part: _Trace) -> str:
    words = [part["verdict"], part["contested_kind"], part["role"]]
    return f"{', '.join(_words(word) for word in words if word)}, certainty {_words(part['certainty'])}"


def _words(value: str) -> str:
    return value.replace("_", " ")
