"""Known texts: what they are called, where they come from, and how their files are read."""

from __future__ import annotations

from collections.abc import Callable

from makebelieve.data.text_sources import FoundTexts, continuous

PYTHON_LICENCE = "PSF-2.0 (Python Software Foundation)"


def python_docs() -> FoundTexts:
    """The texts of Python's own help on its language, which come with it; they differ a little by its version."""
    from pydoc_data.topics import topics

    text = "\n\n".join(topics[name].strip() for name in sorted(topics))
    return continuous("python-docs", [text], {"source": "python-docs"}, PYTHON_LICENCE)


KNOWN_TEXTS: dict[str, Callable[[], FoundTexts]] = {
    "python-docs": python_docs,
}
