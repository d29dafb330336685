"""Everything the library says to people, in English and Korean side by side, one file a room."""

from __future__ import annotations

import locale
import os
from typing import Any

from makebelieve.messages import (
    autoencoder,
    away,
    cli,
    data,
    diffusion,
    dream,
    evaluate,
    explain,
    export,
    film,
    forecaster,
    gan,
    health,
    language_model,
    latent,
    modalities,
    networks,
    own,
    ratings,
    reading,
    recogniser,
    recommender,
    report,
    serving,
    studio,
    style,
    stylizer,
    texts,
    training,
    translator,
    vae,
    vision,
    wiring,
    works,
)

LANGUAGES = ("en", "ko")

Catalogue = dict[str, tuple[str, str]]

CATALOGUE: Catalogue = {
    **autoencoder.MESSAGES,
    **away.MESSAGES,
    **cli.MESSAGES,
    **data.MESSAGES,
    **diffusion.MESSAGES,
    **dream.MESSAGES,
    **evaluate.MESSAGES,
    **explain.MESSAGES,
    **export.MESSAGES,
    **film.MESSAGES,
    **forecaster.MESSAGES,
    **gan.MESSAGES,
    **health.MESSAGES,
    **language_model.MESSAGES,
    **latent.MESSAGES,
    **modalities.MESSAGES,
    **networks.MESSAGES,
    **own.MESSAGES,
    **ratings.MESSAGES,
    **reading.MESSAGES,
    **recogniser.MESSAGES,
    **recommender.MESSAGES,
    **report.MESSAGES,
    **serving.MESSAGES,
    **studio.MESSAGES,
    **style.MESSAGES,
    **stylizer.MESSAGES,
    **texts.MESSAGES,
    **training.MESSAGES,
    **translator.MESSAGES,
    **vae.MESSAGES,
    **vision.MESSAGES,
    **wiring.MESSAGES,
    **works.MESSAGES,
}


def language() -> str:
    """``"en"`` or ``"ko"``: ``MAKEBELIEVE_LANG`` if set, else the locale; English where neither is Korean."""
    asked = os.environ.get("MAKEBELIEVE_LANG")
    if not asked:
        asked = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    if not asked:
        asked = locale.getlocale()[0] or ""
    return "ko" if asked.lower().startswith(("ko", "korean")) else "en"


def say(key: str, /, **values: Any) -> str:
    """The sentence ``key`` in the user's language, with ``values`` put in."""
    return CATALOGUE[key][LANGUAGES.index(language())].format(**values)
