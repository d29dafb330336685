"""Generated pictures against real ones: every figure by its full name, beside its floor, and what they say together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import torch
from torch import Tensor

from makebelieve.data.data import Data
from makebelieve.errors import DataError, OptionError
from makebelieve.evaluate.classifier import dataset_features
from makebelieve.evaluate.features import FeatureNetwork, in_levels, own_features, pictures_of
from makebelieve.evaluate.frechet import frechet_distance
from makebelieve.evaluate.inception import inception_features
from makebelieve.evaluate.kernel import SIZE, SUBSETS, kernel_distance
from makebelieve.evaluate.mass import ClassMass, class_mass, diversity, inception_score
from makebelieve.evaluate.neighbours import NEAREST, copied_share, nearest, precision_recall_density_coverage
from makebelieve.evaluate.verdict import verdict
from makebelieve.figures import FLOOR, Figures
from makebelieve.training.randomness import derive

MOST = 10_000  # pictures that are generated where nobody says how many
SEARCHED = 100_000  # training pictures among which copies are searched; drawn by seed where there are more
PART = 1000  # pictures that are asked for at once
SPLITS = 10

Generate: TypeAlias = Callable[[int, int], Tensor]
FeaturesOption: TypeAlias = Literal["auto", "fid"] | Callable[[Tensor], Tensor] | FeatureNetwork


def evaluate_pictures(
    generate: Generate,
    data: Data,
    *,
    features: FeaturesOption = "auto",
    n: int | None = None,
    seed: int = 0,
    device: torch.device | str = "cpu",
    subject: Mapping[str, Any] | None = None,
) -> Figures:
    """All figures of a generator against the validation pictures of its data; see `PictureJudge`.

    Args:
        generate: `(n, seed) -> (n, c, h, w)` in [0, 1], as the data's pictures are; asked for 1,000 at a time.
        data: what the generator was trained on.
        features: "auto" for those of the data set, "fid" for the standard Inception network, or one's own
            `(n, c, h, w) -> (n, d)`, a module or a function.
        n: pictures to generate; None is 10,000, or as many as there are training pictures for the floor.
        seed: of the samples, of the kernel distance's subsets, and of which pictures are taken where not all are.
        device: where features are computed and compared.
        subject: what is said of the model, such as `{"step": 5000, "weights": "moving average"}`.

    Raises:
        DataError: too few pictures for the features, none for validation, or the data are no pictures.
        OptionError: `n` is out of range, or `features` unknown.
    """
    return PictureJudge(data, features=features, n=n, seed=seed, device=device).judge(generate, subject=subject)


@dataclass(frozen=True)
class _Looks:
    """Features (n, d) of some pictures, and what is told of their classes, (n, classes) logits or None."""

    features: Tensor
    logits: Tensor | None

    def first(self, n: int) -> _Looks:
        return _Looks(self.features[:n], None if self.logits is None else self.logits[:n])

    @property
    def predicted(self) -> Tensor:
        """(n,) class indices; all 0 where no classes are told."""
        if self.logits is None:
            return torch.zeros(len(self.features), dtype=torch.int64, device=self.features.device)
        return self.logits.argmax(1)


class PictureJudge:
    """Judges generators on one data set alike: reference, floor and training neighbours are looked at once.

    The reference are validation pictures, at most n of them; the floor is what n training pictures get in place of
    samples. Samples and real pictures are rounded to the 256 levels in which they would be saved. With few samples a
    Fréchet distance is biased upwards, so that figures of the same n compare only; n is part of the protocol.

    Attributes:
        n: samples that are asked for.
        network: the feature network.
        protocol: how it measures, as plain values.
    """

    def __init__(
        self,
        data: Data,
        *,
        features: FeaturesOption = "auto",
        n: int | None = None,
        seed: int = 0,
        device: torch.device | str = "cpu",
    ) -> None:
        self.data, self.seed, self.device = data, seed, torch.device(device)
        self.n = _how_many(n, data)
        self.network = _network(features, data)
        real = data.valid.sample(self.n, seed) if len(data.valid) > self.n else None
        self._real = self._look(pictures_of(data, data.valid, real))
        width = self._real.features.shape[1]
        if min(self.n, len(self._real.features)) <= width:
            raise DataError("evaluate.fewer_than_features", n=self.n, real=len(self._real.features), width=width)
        searched = data.train.sample(max(SEARCHED, self.n), seed)
        self._training = self._look(pictures_of(data, data.train, searched))
        self._held_out = nearest(self._real.features, self._training.features)
        self._floor = self._measure(self._training.first(self.n))
        self.protocol = self._protocol()

    def judge(self, generate: Generate | Tensor, *, subject: Mapping[str, Any] | None = None) -> Figures:
        """The figures of n samples of a generator `(n, seed) -> (n, c, h, w)`, or of n pictures given.

        Raises:
            DataError: there are not n pictures, of the data's shape, all finite.
        """
        made = self._look(self._samples(generate))
        mine = self._measure(made)
        copies = nearest(made.features, self._training.features)
        mine |= {
            "copies": copied_share(copies, self._held_out),
            "nearest_training": float(copies.distance.median()),
        }
        floor = self._floor | {"copies": 0.01, "nearest_training": float(self._held_out.distance.median())}
        values = {}
        for name, value in mine.items():
            values[name] = value
            if name in floor:
                values[name + FLOOR] = floor[name]
        mass = self._mass(made)
        said = verdict(values, self.network.figure("fd"), None if mass is None else mass.possible)
        return Figures(values, self.protocol, subject=subject, verdict=said)

    def shares(self, generate: Generate | Tensor) -> ClassMass | None:
        """How samples spread over the classes of the data; None where the features tell none."""
        return self._mass(self._look(self._samples(generate)))

    def _samples(self, generate: Generate | Tensor) -> Iterator[Tensor]:
        given = 0
        for start in range(0, self.n, PART):
            size = min(PART, self.n - start)
            if isinstance(generate, Tensor):
                part = generate[start : start + size]
            else:
                part = generate(size, derive(self.seed, "samples", start))
            given += len(part)
            if len(part) != size or tuple(part.shape[1:]) != tuple(self.data.shape):
                expected = (size, *self.data.shape)
                raise DataError("evaluate.samples_shape", given=tuple(part.shape), expected=expected)
            if not bool(part.isfinite().all()):
                raise DataError("evaluate.samples_finite", count=int((~part.isfinite()).sum()))
            yield part

    def _look(self, parts: Iterator[Tensor]) -> _Looks:
        features = self.network.look((in_levels(part) for part in parts), self.device)
        logits = None if self.network.head is None else self.network.logits(features)
        if self.device.type not in ("cpu", "cuda"):  # others can't compare in float64
            features, logits = features.cpu(), None if logits is None else logits.cpu()
        return _Looks(features, logits)

    def _measure(self, made: _Looks) -> dict[str, float]:
        """Every figure that real pictures in place of samples get as well."""
        real, figure = self._real, self.network.figure
        values = {
            figure("fd"): frechet_distance(made.features, real.features),
            figure("kid" if not self.network.name else "kd"): kernel_distance(
                made.features, real.features, seed=self.seed
            ),
            **precision_recall_density_coverage(real.features, made.features)._asdict(),
        }
        mass = self._mass(made)
        classes = (made.predicted, real.predicted) if mass is not None else (None, None)
        values["diversity"] = diversity(made.features, real.features, *classes)
        if made.logits is not None and (mass is not None or not self.network.name):
            probabilities = made.logits.double().softmax(1)
            values[figure("inception_score")] = inception_score(probabilities, splits=min(SPLITS, len(probabilities)))
            if mass is not None:
                values["confident"] = float((probabilities.amax(1) > 0.9).double().mean())
        if mass is not None:
            values |= {"classes_found": mass.found, "class_entropy": mass.entropy, "least_class_share": mass.least}
        return values

    def _mass(self, made: _Looks) -> ClassMass | None:
        if made.logits is None or not self.network.tells_classes:
            return None
        return class_mass(made.predicted, self._real.predicted, self.network.classes)

    def _protocol(self) -> dict[str, Any]:
        data, real = self.data, len(self._real.features)
        searched = len(self._training.features)
        return {
            **self.network.protocol,
            "data": data.facts.name,
            "data_fingerprint": data.fingerprint(),
            "pictures": " × ".join(map(str, data.shape)) + ", rounded to 256 levels",
            "split": data.facts.split,
            "n_generated": self.n,
            "n_real": real,
            "real": "validation part"
            if real == len(data.valid)
            else f"{real} of {len(data.valid)} of the validation part",
            "floor": f"{self.n} training pictures in place of the generated ones",
            "n_training_searched": searched,
            "seed": self.seed,
            "neighbours": NEAREST,
            "kernel": f"(xᵀy / d + 1)³, unbiased, {SUBSETS} subsets of {min(SIZE, self.n, real)}",
            "splits": SPLITS,
            "bias": "a Fréchet distance is larger with fewer pictures: compare equal counts only",
        }


def _how_many(n: int | None, data: Data) -> int:
    if len(data.shape) != 3 or data.shape[0] not in (1, 3):
        raise DataError("data.not_pictures", shape=data.shape)
    if not len(data.valid):
        raise DataError("evaluate.no_validation", name=data.facts.name)
    if n is None:
        return min(MOST, len(data.train))
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise OptionError("evaluate.at_least_one", name="n", given=n)
    if n > len(data.train):
        raise DataError("evaluate.floor_too_small", n=n, train=len(data.train))
    return n


def _network(features: FeaturesOption, data: Data) -> FeatureNetwork:
    if isinstance(features, FeatureNetwork):
        return features
    if features == "auto":
        return dataset_features(data)
    if features == "fid":
        return inception_features()
    if callable(features):
        return own_features(features)
    raise OptionError("evaluate.unknown_features", given=features)
