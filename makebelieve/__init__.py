"""makebelieve: make it, then know whether to believe it.

Everything public is a name of this package, found in its own module on first use, so that ``import makebelieve``
loads nothing heavy, not even torch. For typing, the same names stand in ``__init__.pyi``.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0.dev0"

_HOMES = {
    "Artwork": "makebelieve.art",
    "AutoencoderLearner": "makebelieve.systems.autoencoder",
    "Callback": "makebelieve.training",
    "Check": "makebelieve.training",
    "CheckpointError": "makebelieve.errors",
    "Data": "makebelieve.data",
    "DataBlock": "makebelieve.data",
    "DataError": "makebelieve.errors",
    "DiffusionLearner": "makebelieve.systems.diffusion",
    "DownloadError": "makebelieve.errors",
    "Figures": "makebelieve.figures",
    "Forecaster": "makebelieve.systems.forecaster",
    "GanLearner": "makebelieve.systems.gan",
    "LanguageModel": "makebelieve.systems.language_model",
    "Learner": "makebelieve.training",
    "MakebelieveError": "makebelieve.errors",
    "MissingExtraError": "makebelieve.errors",
    "OptionError": "makebelieve.errors",
    "Pictures": "makebelieve.pictures",
    "Prediction": "makebelieve.systems.recogniser",
    "Predictions": "makebelieve.systems.recogniser",
    "RatingsData": "makebelieve.data",
    "RecipeError": "makebelieve.errors",
    "Recogniser": "makebelieve.systems.recogniser",
    "Recommender": "makebelieve.systems.recommender",
    "Saving": "makebelieve.training",
    "Settings": "makebelieve.training",
    "Stylizer": "makebelieve.systems.stylizer",
    "TensorBoard": "makebelieve.training",
    "TextData": "makebelieve.data",
    "TrainingError": "makebelieve.errors",
    "TrainingOptions": "makebelieve.training",
    "Translator": "makebelieve.systems.translator",
    "VaeLearner": "makebelieve.systems.vae",
    "accuracy": "makebelieve.systems.recogniser",
    "arrays": "makebelieve.data",
    "audio": "makebelieve.data",
    "autoencoder": "makebelieve.systems.autoencoder",
    "binaries": "makebelieve.data",
    "classifier": "makebelieve.systems.recogniser",
    "diffusion": "makebelieve.systems.diffusion",
    "dream": "makebelieve.art",
    "error_rate": "makebelieve.systems.recogniser",
    "forecaster": "makebelieve.systems.forecaster",
    "gan": "makebelieve.systems.gan",
    "images": "makebelieve.data",
    "language_model": "makebelieve.systems.language_model",
    "layers": "makebelieve.networks.features",
    "load": "makebelieve.runs",
    "mae": "makebelieve.systems.recogniser",
    "pairs": "makebelieve.data",
    "provenance": "makebelieve.origin",
    "random_affine": "makebelieve.data",
    "random_bend": "makebelieve.data",
    "random_crop": "makebelieve.data",
    "random_flip": "makebelieve.data",
    "random_mask": "makebelieve.data",
    "random_noise": "makebelieve.data",
    "random_shift": "makebelieve.data",
    "random_speed": "makebelieve.data",
    "random_warp": "makebelieve.data",
    "ratings": "makebelieve.data",
    "recipe": "makebelieve.training",
    "recipes": "makebelieve.systems.gan",
    "recommender": "makebelieve.systems.recommender",
    "regressor": "makebelieve.systems.recogniser",
    "resume": "makebelieve.runs",
    "rmse": "makebelieve.systems.recogniser",
    "series": "makebelieve.data",
    "style": "makebelieve.art",
    "stylizer": "makebelieve.systems.stylizer",
    "supervised": "makebelieve.training",
    "table": "makebelieve.figures",
    "text": "makebelieve.data",
    "traces": "makebelieve.data",
    "translator": "makebelieve.systems.translator",
    "vae": "makebelieve.systems.vae",
}
__all__ = sorted(_HOMES)  # noqa: PLE0605 - a test holds it equal to the stub, which is what type checkers read


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = globals()[name] = getattr(importlib.import_module(_HOMES[name]), name)
        return value
    import difflib

    near = difflib.get_close_matches(name, __all__, n=1, cutoff=0.5)
    hint = f": did you mean {near[0]!r}?" if near else ""
    raise AttributeError(f"module 'makebelieve' has no attribute {name!r}{hint}", name=name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
