"""The recogniser's verbs: what one does with a network that has learned what is in a picture."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from makebelieve.data.augment import BatchTransform, apply
from makebelieve.data.clusters import Clusters, clusters
from makebelieve.data.counter import uniforms
from makebelieve.data.data import Data
from makebelieve.data.order import Order
from makebelieve.data.reading import Reading
from makebelieve.errors import DataError, OptionError
from makebelieve.explain.filters import first_filters
from makebelieve.explain.pictures import filters_picture
from makebelieve.export import Exportable, Program
from makebelieve.figures import Figures, Table
from makebelieve.latent.laws import whole
from makebelieve.networks.using import evaluating
from makebelieve.pictures import Pictures
from makebelieve.systems.recogniser import exporting, mixing
from makebelieve.systems.recogniser.asking import answers, many, watched
from makebelieve.systems.recogniser.evidence import Calibration, Confusion, Evidence
from makebelieve.systems.recogniser.explaining import explain_item, explain_network
from makebelieve.systems.recogniser.features import BodyFeatures
from makebelieve.systems.recogniser.mixing import Mix
from makebelieve.systems.recogniser.predictions import Prediction, Predictions
from makebelieve.systems.recogniser.tasks import Task
from makebelieve.training import Learner, Recipe
from makebelieve.training.precision import FORMATS
from makebelieve.training.protocols import Batches, Part

AT_ONCE = 64


class Recogniser(Exportable, Learner):
    """Says which class an item is of, which several, or what numbers belong to it.

    Args:
        data: labelled items, or None for a learner that is only used.
        model: the network: x to (n, outputs).
        recipe: how it is trained.
        task: what its outputs mean.
        shape: of one x.
        reading: how a new item becomes an x; None where the data's door can't tell.
        transforms: of training batches, which `tta=` draws as well.
        mix: how pairs of training items are mixed.
        usual_fit: the method that trains it best where only a number of epochs is known: "fine_tune" where it begins
            with weights of others.
        options: everything else, as for `Learner`.
    """

    def __init__(
        self,
        data: Data | None,
        model: nn.Module,
        recipe: Recipe,
        *,
        task: Task,
        shape: tuple[int, ...],
        reading: Reading | None,
        transforms: Sequence[BatchTransform] = (),
        mix: Mix = "none",
        usual_fit: str = "fit_one_cycle",
        **options: Any,
    ) -> None:
        self.usual_fit = usual_fit
        self.task, self.shape, self.reading, self.transforms, self.mix = task, shape, reading, tuple(transforms), mix
        self._body_features = BodyFeatures(self)
        noise, law = (mixing.numbers, "mixing") if mix != "none" else (None, "")
        super().__init__(data, {"model": model}, recipe, noise=noise, law=law, **options)

    @property
    def classes(self) -> tuple[str, ...] | None:
        """Names of the classes; None where numbers are recognised."""
        return self.task.classes

    # ---------------------------------------------------------------- what it trains on

    def labels(self, part: Part) -> Tensor:
        """Labels of all items of a part, on the CPU."""
        y = self._sets().part(part).y
        if y is None:
            raise DataError("recogniser.no_labels")
        return y

    def count(self, part: Part) -> int:
        """Number of items of a part."""
        return self._sets().count(part)

    def _sets(self) -> Data:
        data = self._data()
        if not isinstance(data, Data):
            raise DataError("training.not_data", given=repr(data)[:80])
        return data

    @property
    def augmented(self) -> bool:
        """Whether training items look different each time they are drawn."""
        data = self._sets()
        return bool(data.batch_transforms or data.raw_transforms) or self.mix != "none"

    def items(self, part: Part, size: int) -> Batches:
        """The items of a part in their order, as they are in validation: not augmented."""
        data = self._sets().as_validation(part)
        return data.batches("valid", size, device=self.device, memory_format=self.memory_format)

    def batches_of(self, part: Part, *, shuffle: bool | None = None, alone: bool = False) -> Batches:
        if not self._body_features.usable(part):
            return super().batches_of(part, shuffle=shuffle, alone=alone)
        rank, size = (0, 1) if alone else (self.world.rank, self.world.size)
        shuffled = part == "train" if shuffle is None else shuffle
        order = Order(self.count(part), self.batch_size, shuffled, self.settings.seed, rank, size)
        return self._body_features.stream(part, order)

    def _frozen_changed(self) -> None:
        self._body_features.forget()
        self._renew_batches()

    def autocast(self) -> AbstractContextManager[None]:
        """The number format of training, for a network that is used."""
        return torch.autocast(
            self.device.type, FORMATS.get(self.precision, torch.float32), enabled=self.precision != "float32"
        )

    # ---------------------------------------------------------------- step 4

    def predict(self, given: Any, *, tta: int = 0) -> Any:
        """What it recognises: one `Prediction` for one item, `Predictions` for a list, a folder or a whole batch.

        Args:
            given: what the data's door reads: for pictures a path, the bytes of a file, a PIL picture, an array (h, w)
                or (h, w, c), a tensor (c, h, w); or a list of these, a folder, `Pictures`, or a tensor (n, …) of x as
                the network gets them. A broken file among others is answered with its `error`.
            tta: besides the item itself so many randomly augmented forms of it are looked at, and the mean of all
                scores is taken (test-time augmentation); the data must have been made with `augment=`.

        Raises:
            DataError: the one item can't be read, or there are none.
            OptionError: `tta` is out of range, or there is nothing to augment by.
        """
        tta = self._draws(tta)
        several = many(given, self.reading, self.shape)
        if several is None:
            return self.task.prediction(self.scores(self.read(given).unsqueeze(0), tta=tta)[0], "")
        return Predictions(list(watched(answers(self, several, tta), len(several))))

    def predict_each(self, given: Any, *, tta: int = 0) -> Iterator[Prediction]:
        """`predict` for many, one prediction after the other as they come: for more than memory holds.

        Raises:
            DataError: it is one item, or none.
        """
        several = many(given, self.reading, self.shape)
        if several is None:
            several = [given]
        return answers(self, several, self._draws(tta))

    def files(self, path: str | Path) -> list[Path]:
        """The files at a path that this learner reads: those below a folder, or the file itself.

        Raises:
            DataError: a folder has none.
        """
        return list(many(path, self.reading, self.shape) or [Path(path)])

    def read(self, given: Any) -> Tensor:
        """One item as the network gets it.

        Raises:
            DataError: it can't be read.
        """
        if self.reading is None:
            if not isinstance(given, Tensor) or tuple(given.shape) != self.shape:
                raise DataError("recogniser.only_tensors", shape=self.shape)
            return given.float() / 255 if given.dtype == torch.uint8 else given.float()
        return self.reading(given)

    def _draws(self, tta: int) -> int:
        draws = whole(tta, 0, "recogniser.tta")
        if draws and not self.transforms:
            raise OptionError("recogniser.no_augment")
        return draws

    def scores(self, x: Tensor, *, tta: int = 0) -> Tensor:
        """Probabilities (n, classes), or numbers in the targets' units, of x (n, …) as the network gets them; CPU.

        Args:
            x: float32, in [0, 1] for pictures.
            tta: as for `predict`.
        """
        model, found = self.network("model"), []
        draws = sum(transform.draws for transform in self.transforms)
        with evaluating(model), self.autocast():
            for start in range(0, len(x), AT_ONCE):
                part = self._placed(x[start : start + AT_ONCE])
                scores = self.task.scores(model(part))
                for draw in range(tta):
                    u = uniforms(self.settings.seed, draw, torch.arange(start, start + len(part)), draws)
                    scores = scores + self.task.scores(model(apply(self.transforms, part, u.to(part.device))))
                found.append((scores / (1 + tta)).float().cpu())
        return torch.cat(found) if found else torch.empty(0, self.task.outputs)

    def _placed(self, x: Tensor) -> Tensor:
        layout = self.memory_format if x.ndim == 4 else None
        return x.to(self.device, memory_format=layout or torch.contiguous_format)

    def embed(self, given: Any = None, *, part: Part = "valid", n: int | None = None) -> Tensor:
        """Features (n, f) before the head, float32 on the CPU: of items given as for `predict`, else of a part.

        Args:
            given: items, or None for those of the data.
            part: of the data, "train" or "valid".
            n: the first so many of them; None means all.

        Raises:
            OptionError: the network is one of the program's own without `body`.
            DataError: an item can't be read.
        """
        model = self.network("model")
        body = getattr(model, "body", None)
        if not isinstance(body, nn.Module):
            raise OptionError("recogniser.no_body")
        with evaluating(model), self.autocast():
            return torch.cat([body(self._placed(x)).float().cpu() for x in self._xs(given, part, n)])

    def _xs(self, given: Any, part: Part, n: int | None) -> Iterator[Tensor]:
        if given is not None:
            several = many(given, self.reading, self.shape)
            each = [given] if several is None else several
            for start in range(0, len(each), AT_ONCE):
                yield torch.stack([self.read(one) for one in each[start : start + AT_ONCE]])
            return
        there = self.count(part)
        left = there if n is None else min(whole(n, 1, "recogniser.how_many", sys.maxsize), there)
        batches = self.items(part, AT_ONCE)
        while left > 0:
            x = next(batches).x[:left]
            left -= len(x)
            yield x

    def clusters(self, k: int, *, part: Part = "valid", n: int = 2000, seed: int = 0) -> Clusters:
        """k groups of items whose features are alike, found without looking at labels; see `Data.clusters`.

        Args:
            k: groups.
            part: of the data, "train" or "valid".
            n: the first so many items.
            seed: of the search.

        Raises:
            OptionError: k is out of range, or the network has no features to tell.
            MissingExtraError: scikit-learn is not installed.
        """
        features, data = self.embed(part=part, n=n), self._sets()
        y = data.part(part).y
        pictures = lambda places: data.xs(part, places)  # noqa: E731
        return clusters(features, k, pictures=pictures, y=None if y is None else y[: len(features)], seed=seed)

    def programs(self) -> dict[str, Program]:
        return exporting.programs(self)

    # ---------------------------------------------------------------- evidence

    def evaluate(self, *, tta: int = 0) -> Figures:
        """Figures on all validation items, or on the training items where there are none.

        `accuracy`, `error_rate`, `nats` (cross-entropy), `precision` and `recall` (means over the classes) and
        `calibration_error`. Of several classes at once `exact_match`, and over all single decisions `accuracy`,
        `error_rate`, `precision`, `recall` and `f1`. Of numbers `mae`, `rmse`, `mse` and `r2`; of several, over all.

        Args:
            tta: as for `predict`.
        """
        evidence = self.evidence(tta=tta)
        data = self._sets()
        protocol = {"part": evidence.part, "n": len(evidence.y), "tta": tta, "data": data.fingerprint()}
        subject = {"system": self.name, "step": self.step, "weights": self.weights_of("model")}
        return Figures(self.task.figures(evidence.scores, evidence.y), protocol, subject=subject)

    def evidence(self, *, part: Part | None = None, tta: int = 0) -> Evidence:
        """Scores of all items of a part beside their labels: what confusion, calibration and losses are read from.

        Args:
            part: "train" or "valid"; by default the validation items where there are any.
            tta: as for `predict`.
        """
        part = part or ("valid" if self.count("valid") else "train")
        tta = self._draws(tta)
        scores = [self.scores(x, tta=tta) for x in self._xs(None, part, None)]
        if not scores:
            raise DataError("recogniser.empty_part", part=part)
        return Evidence(self, part, torch.cat(scores), self.labels(part).cpu())

    def pictures(self, part: Part, places: Sequence[int]) -> Tensor:
        """x of some items of a part: (n, c, h, w) in [0, 1] on the CPU.

        Raises:
            DataError: the items are no pictures.
        """
        if len(self.shape) != 3:
            raise DataError("data.not_pictures", shape=self.shape)
        return self._sets().xs(part, places)

    def show_results(self, n: int = 16) -> Pictures:
        """Validation items, always the same, with what is said of them and, where that differs, what they are."""
        n = whole(n, 1, "recogniser.how_many")
        part: Part = "valid" if self.count("valid") else "train"
        places = self._sets().part(part).sample(n, 0)
        return self.captioned(part, places)

    def captioned(self, part: Part, places: Sequence[int], notes: Sequence[str] = ()) -> Pictures:
        """Items of a part as pictures with what is said of them."""
        x, y = self.pictures(part, places), self.labels(part)
        captions = []
        for i, scores in enumerate(self.scores(x)):
            said, truth = self.task.prediction(scores, ""), self.task.truth(y[places[i]])
            word = self.task.truth(y.new_tensor(self._as_label(scores)))
            share = "" if said.probability is None else f" {said.probability:.0%}"
            right = word == truth if self.classes is not None else False
            note = f" {notes[i]}" if notes else ""
            captions.append((f"{word}{share}" if right else f"{word}{share} ({truth})") + note)
        return Pictures(x if x.shape[1] in (1, 3) else x.mean(1, keepdim=True), captions)

    def _as_label(self, scores: Tensor) -> Any:
        """Scores (outputs,) as a label of the data's form."""
        if self.task.kind == "one":
            return int(scores.argmax())
        return (scores >= 0.5).float().tolist() if self.task.kind == "several" else scores.tolist()

    def confusion(self, *, part: Part | None = None) -> Confusion:
        """Which classes are taken for which, as a table and as a picture."""
        return self.evidence(part=part).confusion()

    def most_confused(self, n: int = 10) -> list[tuple[str, str, int]]:
        """(true class, class said, how often), the worst first."""
        return self.confusion().worst(n)

    def top_losses(self, n: int = 9) -> Pictures:
        """The items that it is most wrong about, with what is said, the truth and the loss."""
        shown: Pictures = self.evidence().top_losses(whole(n, 1, "recogniser.how_many"))
        return shown

    def per_class(self) -> Table:
        """Precision, recall, F1 and number of items of each class, as a table."""
        return self.evidence().per_class()

    def explain(
        self,
        given: Any = None,
        *,
        target: str | int | None = None,
        layer: str | None = None,
        layers: Sequence[str] | None = None,
        channels: int = 16,
        n: int = 1000,
        out: str | Path | None = None,
    ) -> Pictures | Path:
        """What decided one picture; or without one a page, `layers.html`, of what the layers look for.

        Args:
            given: one item as for `predict`: then it is given beside Grad-CAM, occlusion and the guided gradient.
            target: class whose evidence is shown, by name, or number of an output; by default the one predicted.
            layer: of Grad-CAM; the last with places by default.
            layers: for the page: names as `named_modules` has them; by default one of each resolution.
            channels: for the page: of each layer, those with the strongest response.
            n: for the page: training items that are searched for the patches.
            out: path of the page; by default in the run's folder.

        Raises:
            DataError: the items are no pictures, or the one can't be read.
            OptionError: there is no such class or layer, or a number is out of range.
        """
        if given is not None:
            return explain_item(self, given, target, layer)
        return explain_network(self, out, layers, channels, n)

    def filters(self) -> Pictures:
        """The first layer's filters as pictures, each scaled to its own range.

        Raises:
            OptionError: the network has no convolution.
        """
        return filters_picture(first_filters(self.network("model")))

    def calibration(self) -> Calibration:
        """Whether it is right as often as it says: bins, their mean error, and a picture."""
        return self.evidence().calibration()
