"""makebelieve: make it, then know whether to believe it.

Everything public is a name of this package, found in its own module on first use, so that ``import makebelieve``
loads nothing heavy, not even torch. For typing, the same names stand in ``__init__.pyi``.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0.dev0"

_HOMES = {
    "Activation": "makebelieve.networks.wiring",
    "Add": "makebelieve.networks.wiring",
    "Artwork": "makebelieve.art",
    "AutoencoderLearner": "makebelieve.systems.autoencoder",
    "Average": "makebelieve.networks.wiring",
    "AveragePooling2D": "makebelieve.networks.wiring",
    "BatchNormalization": "makebelieve.networks.wiring",
    "Callback": "makebelieve.training",
    "Check": "makebelieve.training",
    "CheckpointError": "makebelieve.errors",
    "Concatenate": "makebelieve.networks.wiring",
    "Conv1D": "makebelieve.networks.wiring",
    "Conv2D": "makebelieve.networks.wiring",
    "Conv2DTranspose": "makebelieve.networks.wiring",
    "Cropping2D": "makebelieve.networks.wiring",
    "Data": "makebelieve.data",
    "DataBlock": "makebelieve.data",
    "DataError": "makebelieve.errors",
    "Dense": "makebelieve.networks.wiring",
    "DepthwiseConv2D": "makebelieve.networks.wiring",
    "DiffusionLearner": "makebelieve.systems.diffusion",
    "DownloadError": "makebelieve.errors",
    "Dropout": "makebelieve.networks.wiring",
    "Embedding": "makebelieve.networks.wiring",
    "Figures": "makebelieve.figures",
    "Flatten": "makebelieve.networks.wiring",
    "Forecaster": "makebelieve.systems.forecaster",
    "GRU": "makebelieve.networks.wiring",
    "GanLearner": "makebelieve.systems.gan",
    "GlobalAveragePooling1D": "makebelieve.networks.wiring",
    "GlobalAveragePooling2D": "makebelieve.networks.wiring",
    "GlobalMaxPooling2D": "makebelieve.networks.wiring",
    "Input": "makebelieve.networks.wiring",
    "LSTM": "makebelieve.networks.wiring",
    "Lambda": "makebelieve.networks.wiring",
    "LanguageModel": "makebelieve.systems.language_model",
    "LayerNormalization": "makebelieve.networks.wiring",
    "LeakyReLU": "makebelieve.networks.wiring",
    "Learner": "makebelieve.training",
    "MakebelieveError": "makebelieve.errors",
    "MaxPooling1D": "makebelieve.networks.wiring",
    "MaxPooling2D": "makebelieve.networks.wiring",
    "Maximum": "makebelieve.networks.wiring",
    "MissingExtraError": "makebelieve.errors",
    "Model": "makebelieve.networks.wiring",
    "Multiply": "makebelieve.networks.wiring",
    "OptionError": "makebelieve.errors",
    "Permute": "makebelieve.networks.wiring",
    "Pictures": "makebelieve.pictures",
    "Prediction": "makebelieve.systems.recogniser",
    "Predictions": "makebelieve.systems.recogniser",
    "RatingsData": "makebelieve.data",
    "ReLU": "makebelieve.networks.wiring",
    "RecipeError": "makebelieve.errors",
    "Recogniser": "makebelieve.systems.recogniser",
    "Recommender": "makebelieve.systems.recommender",
    "RepeatVector": "makebelieve.networks.wiring",
    "Reshape": "makebelieve.networks.wiring",
    "Saving": "makebelieve.training",
    "SeparableConv2D": "makebelieve.networks.wiring",
    "Sequential": "makebelieve.networks.wiring",
    "Settings": "makebelieve.training",
    "Softmax": "makebelieve.networks.wiring",
    "SpatialDropout2D": "makebelieve.networks.wiring",
    "Stylizer": "makebelieve.systems.stylizer",
    "Subtract": "makebelieve.networks.wiring",
    "SupervisedLearner": "makebelieve.systems.own",
    "Symbol": "makebelieve.networks.wiring",
    "TensorBoard": "makebelieve.training",
    "TextData": "makebelieve.data",
    "TrainingError": "makebelieve.errors",
    "TrainingOptions": "makebelieve.training",
    "Translator": "makebelieve.systems.translator",
    "UpSampling2D": "makebelieve.networks.wiring",
    "VaeLearner": "makebelieve.systems.vae",
    "ZeroPadding2D": "makebelieve.networks.wiring",
    "accuracy": "makebelieve.systems.recogniser",
    "arrays": "makebelieve.data",
    "audio": "makebelieve.data",
    "autoencoder": "makebelieve.systems.autoencoder",
    "binaries": "makebelieve.data",
    "classifier": "makebelieve.systems.recogniser",
    "concat": "makebelieve.networks.wiring",
    "diffusion": "makebelieve.systems.diffusion",
    "dream": "makebelieve.art",
    "error_rate": "makebelieve.systems.recogniser",
    "forecaster": "makebelieve.systems.forecaster",
    "from_hub": "makebelieve.runs",
    "gan": "makebelieve.systems.gan",
    "images": "makebelieve.data",
    "language_model": "makebelieve.systems.language_model",
    "layers": "makebelieve.networks.features",
    "learner": "makebelieve.systems.own",
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
    "sklearn": "makebelieve",
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
        home = _HOMES[name]
        module = importlib.import_module(home if home != __name__ else f"{__name__}.{name}")
        value = globals()[name] = module if home == __name__ else getattr(module, name)
        return value
    import difflib

    near = difflib.get_close_matches(name, __all__, n=1, cutoff=0.5)
    hint = f": did you mean {near[0]!r}?" if near else ""
    raise AttributeError(f"module 'makebelieve' has no attribute {name!r}{hint}", name=name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
