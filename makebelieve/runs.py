"""From a run's folder back to a learner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from makebelieve.art.canvas import Still
from makebelieve.art.dreaming import from_config as dream_from_config
from makebelieve.art.learner import ArtLearner, kept_pictures
from makebelieve.art.style import from_config as style_from_config
from makebelieve.data import arrays, audio, binaries, images, pairs, ratings, series, text, traces
from makebelieve.errors import CheckpointError, MakebelieveError
from makebelieve.export.budget import CALLS, Budget, machine
from makebelieve.export.folder import TENSORS, is_export
from makebelieve.export.hub import fetched
from makebelieve.export.loading import FREE, TIMES, WRONG, load_folder
from makebelieve.systems.autoencoder.door import from_config as autoencoder_from_config
from makebelieve.systems.diffusion.door import from_config as diffusion_from_config
from makebelieve.systems.forecaster.door import from_config as forecaster_from_config
from makebelieve.systems.gan.door import from_config as gan_from_config
from makebelieve.systems.language_model.door import from_config as language_model_from_config
from makebelieve.systems.own.door import from_config as own_from_config
from makebelieve.systems.recogniser.door import from_config as recogniser_from_config
from makebelieve.systems.recommender.door import from_config as recommender_from_config
from makebelieve.systems.stylizer.door import from_config as stylizer_from_config
from makebelieve.systems.translator.door import from_config as translator_from_config
from makebelieve.systems.vae.door import from_config as vae_from_config
from makebelieve.training import Learner
from makebelieve.training.checkpoint import TENSORS as CHECKPOINT
from makebelieve.training.protocols import Data
from makebelieve.training.run_folder import RunFolder

DOORS: Mapping[str, Callable[..., Data]] = {
    "arrays": arrays,
    "audio": audio,
    "binaries": binaries,
    "images": images,
    "pairs": pairs,
    "ratings": ratings,
    "series": series,
    "text": text,
    "traces": traces,
}
SYSTEMS: Mapping[str, Callable[[Mapping[str, Any], Data | None], Learner]] = {
    "autoencoder": autoencoder_from_config,
    "classifier": recogniser_from_config,
    "diffusion": diffusion_from_config,
    "forecaster": forecaster_from_config,
    "gan": gan_from_config,
    "language_model": language_model_from_config,
    "learner": own_from_config,
    "recommender": recommender_from_config,
    "regressor": recogniser_from_config,
    "stylizer": stylizer_from_config,
    "translator": translator_from_config,
    "vae": vae_from_config,
}
WORKS: Mapping[str, Callable[[Mapping[str, Any], Still], ArtLearner]] = {  # what they begin from lies in their folder
    "dream": dream_from_config,
    "style": style_from_config,
}


def from_hub(name: str, *, revision: str | None = None) -> Any:
    """The learner that `learn.push_to_hub` uploaded, to be used: fetched from a model hub, checked, and loaded.

    Only `config.json` and `model.safetensors` are fetched, into the hub's own cache; nothing of them is executed.

    Args:
        name: "user/name".
        revision: a branch, a tag, or better the hash of a commit, which nobody can change; the newest by default.

    Raises:
        OptionError: the name or the revision can't be used.
        MissingExtraError: huggingface_hub is not installed.
        DownloadError: there is no such model, or the hub can't be reached.
        CheckpointError: what came is no learner, or altered, or unfit.
    """
    return load_folder(fetched(name, revision), SYSTEMS)


def load(run: str | Path) -> Any:
    """The learner of a run as its newest checkpoint has it, to be used; the training data are not needed.

    A folder that `learn.export` wrote, one's own or somebody else's, is checked before anything in it is believed.

    Args:
        run: a run's folder, or an exported one.

    Raises:
        CheckpointError: if there is no such run, or it can't be made from its files alone.
    """
    folder = Path(run)
    if (folder / TENSORS).exists() or is_export(folder):
        return load_folder(folder, SYSTEMS)
    return _learner(folder, with_data=False)


def resume(run: str | Path) -> Any:
    """The learner of a run with its data, ready to go on: `learn.resume()` finishes the `fit` that was interrupted.

    Raises:
        CheckpointError: if there is no such run, its data have changed or can't be had again without the program.
    """
    return _learner(Path(run), with_data=True)


def _learner(run: Path, *, with_data: bool) -> Learner:
    config = RunFolder(run).read_config()
    system = config.get("system")
    if not isinstance(system, str) or system not in {*SYSTEMS, *WORKS}:
        raise CheckpointError("training.own_system", path=run)
    try:
        learn: Learner
        if system in WORKS:
            learn = WORKS[system](config, Still(kept_pictures(run)))
        elif with_data:
            learn = SYSTEMS[system](config, _data(config, run))
        else:
            with _bounded(run):
                learn = SYSTEMS[system](config, None)
    except MakebelieveError:
        raise
    except WRONG as error:  # a config.json that someone else wrote
        raise CheckpointError("training.config_torn", path=run / "config.json") from error
    learn.restore(run)
    return learn


def _bounded(run: Path) -> Budget:
    """Memory for a learner by the size of its checkpoints, which hold its weights and more."""
    files = [file for file in run.glob(f"checkpoints/step-*/{CHECKPOINT}") if file.is_file()]
    size = max((file.stat().st_size for file in files), default=0)
    return Budget(min(FREE + TIMES * size, machine()), 10 * CALLS, run)


def _data(config: Mapping[str, Any], run: Path) -> Data:
    how = config["data"]["rebuild"]
    if how is None or how["door"] not in DOORS:
        raise CheckpointError("training.own_data", path=run)
    return DOORS[how["door"]](**how["arguments"])
