"""Topics are slugs; this says how they read."""

_AS_WRITTEN = {
    "rct": "Randomised trials",
    "anti-inflammatory-drugs": "Anti-inflammatory drugs",
    "lock-and-key-model": "Lock-and-key model",
    "correlation-causation": "Correlation and causation",
}


def topic_label(slug: str) -> str:
    """Return "insulin-therapy" as "Insulin therapy"."""
    return _AS_WRITTEN.get(slug) or slug.replace("-", " ").capitalize()
