"""The verbs of a classifier of texts."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from makebelieve.data.labels import class_name
from makebelieve.data.text_data import TextData
from makebelieve.data.text_reading import TextReading
from makebelieve.data.text_summary import TextRows
from makebelieve.errors import DataError, OptionError
from makebelieve.explain import decisions
from makebelieve.export import Exportable, Program
from makebelieve.figures import Figures, Table
from makebelieve.latent.laws import whole
from makebelieve.messages import say
from makebelieve.networks.using import evaluating
from makebelieve.systems.recogniser.evidence import Calibration, Confusion, Evidence
from makebelieve.systems.recogniser.predictions import Prediction, Predictions
from makebelieve.systems.recogniser.tasks import OneOf
from makebelieve.systems.recogniser.texts import exporting
from makebelieve.systems.recogniser.texts.linear import baseline_scores
from makebelieve.systems.recogniser.texts.tables import several_texts
from makebelieve.systems.recogniser.texts.words import Words, without_each
from makebelieve.training import Learner, Recipe
from makebelieve.training.checkpoint import write_atomically
from makebelieve.training.precision import FORMATS
from makebelieve.training.protocols import Part
from makebelieve.training.schedule import Schedule, one_cycle

AT_ONCE = 1 << 14  # tokens
BASELINE = "baseline.json"  # in the run's folder
CHANCE = 0.05  # from which on a difference is called one


class TextClassifier(Exportable, Learner):
    """Says which class a text is of.

    Args:
        data: labelled texts, or None for a learner that is only used.
        model: the network: ids (n, t) to (n, classes).
        recipe: how it is trained.
        task: what its outputs mean.
        reading: how a new text becomes ids.
        usual_fit: the method that trains it best where only a number of epochs is known.
        usual_epochs: that number where nobody says it.
        options: everything else, as for `Learner`.
    """

    def __init__(
        self,
        data: TextData | None,
        model: nn.Module,
        recipe: Recipe,
        *,
        task: OneOf,
        reading: TextReading,
        usual_fit: str = "fit_one_cycle",
        usual_epochs: int,
        **options: Any,
    ) -> None:
        self.task, self.reading, self.tokens = task, reading, reading.tokens
        self.usual_fit, self.usual_epochs = usual_fit, usual_epochs
        self._baseline: Figures | None = None
        self._linear_wrong: set[int] = set()  # places that it is wrong about
        super().__init__(data, {"model": model}, recipe, **options)

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes."""
        return self.task.names

    def usual_schedule(self) -> Schedule:
        return one_cycle

    # ---------------------------------------------------------------- what it trains on

    def labels(self, part: Part) -> Tensor:
        """Classes of all texts of a part, (n,) int64 on the CPU."""
        y = self._sets().part(part).y
        if y is None:
            raise DataError("reader.no_labels")
        return y

    def count(self, part: Part) -> int:
        """Number of texts of a part."""
        return self._sets().count(part)

    def _sets(self) -> TextData:
        data = self._data()
        if not isinstance(data, TextData):
            raise DataError("training.not_data", given=repr(data)[:80])
        return data

    # ---------------------------------------------------------------- step 4

    def predict(self, given: Any) -> Any:
        """What class a text is of: one `Prediction` for one text, `Predictions` for several.

        Args:
            given: a text; the path of a .txt file; or a list of these, a folder of .txt files, a table (.csv, .tsv,
                .jsonl, .parquet) or a data frame, whose column of texts is that of the training table where it has such
                a one, else found as by `mb.text`. A text that can't be
                read among others is answered with its `error`.

        Raises:
            DataError: the one text can't be read, or there are none.
        """
        several = several_texts(given, self.reading)
        if several is not None:
            return Predictions(list(self._answers(several)))
        return self.task.prediction(self.scores([self.read(given)])[0], "")

    def predict_each(self, given: Any) -> Iterator[Prediction]:
        """`predict` for several texts, one prediction after the other as they come.

        Raises:
            DataError: there are none.
        """
        several = several_texts(given, self.reading)
        return self._answers([given] if several is None else several)

    def files(self, path: str | Path) -> list[Any]:
        """What there is to predict at a path: the files of a folder, the texts of a table, or the file itself.

        Raises:
            DataError: there is none.
        """
        return list(several_texts(Path(path), self.reading) or [Path(path)])

    def read(self, given: Any) -> Tensor:
        """One text as the network gets it: (t,) int64 ids.

        Raises:
            DataError: it can't be read.
        """
        return self.reading(given)

    def _answers(self, items: Sequence[Any]) -> Iterator[Prediction]:
        for start in range(0, len(items), 1024):
            part = items[start : start + 1024]
            read = [self._attempt(one) for one in part]
            scores = iter(self.scores([ids for ids in read if isinstance(ids, Tensor)]))
            for given, got in zip(part, read, strict=True):
                name = str(given) if isinstance(given, os.PathLike) else _shortened(str(given))
                if isinstance(got, str):
                    yield Prediction(None, item=name, error=got)
                else:
                    yield self.task.prediction(next(scores), name)

    def _attempt(self, given: Any) -> Tensor | str:
        try:
            return self.read(given)
        except DataError as error:
            return str(error)

    def scores(self, texts: Sequence[Tensor]) -> Tensor:
        """Probabilities (n, classes), float32 on the CPU.

        Args:
            texts: n times (t,) int64 ids.
        """
        found = torch.empty(len(texts), self.task.outputs)
        model, order = self.network("model"), sorted(range(len(texts)), key=lambda i: len(texts[i]))
        with evaluating(model), self._autocast():
            for places in _by_tokens([len(texts[i]) for i in order]):
                chosen = [order[place] for place in places]
                x = nn.utils.rnn.pad_sequence([texts[i] for i in chosen], True, self.tokens.pad)
                x = x if x.shape[1] else x.new_full((len(x), 1), self.tokens.pad)
                found[chosen] = self.task.scores(model(x.to(self.device))).float().cpu()
        return found

    def _autocast(self) -> AbstractContextManager[None]:
        """The number format of training."""
        kind = FORMATS.get(self.precision, torch.float32)
        return torch.autocast(self.device.type, kind, enabled=self.precision != "float32")

    def programs(self) -> dict[str, Program]:
        return exporting.programs(self)

    # ---------------------------------------------------------------- evidence

    def evaluate(self) -> Figures:
        """Figures on all validation texts, or on the training texts where there are none.

        `accuracy`, `error_rate`, `nats` (cross-entropy), `precision` and `recall` (means over the classes),
        `calibration_error`; and `accuracy_linear`: what the linear baseline gets on the same texts, see `baseline`. It
        is called better only where McNemar's test (1947), one-sided, gives chance less than one in twenty.
        """
        evidence = self.evidence()
        own = self.task.figures(evidence.scores, evidence.y)
        linear = self.baseline()["accuracy"]
        protocol = {"part": evidence.part, "n": len(evidence.y), "data": self._sets().fingerprint()}
        subject = {"system": self.name, "step": self.step, "weights": self.weights_of("model")}
        values = {"accuracy": own.pop("accuracy"), "accuracy_linear": linear, **own}
        said = {"own": f"{values['accuracy']:.1%}", "linear": f"{linear:.1%}"}
        wrong = set((evidence.scores.argmax(1) != evidence.y).nonzero()[:, 0].tolist())
        p = chance(len(self._linear_wrong - wrong), len(wrong - self._linear_wrong))
        if evidence.part == "train":
            told = say("reader.on_training")
        else:
            told = say("reader.better" if p < CHANCE else "reader.no_better", **said, p=f"{p:.2g}")
        return Figures(values, protocol, subject=subject, verdict=(told,))

    def baseline(self) -> Figures:
        """Figures of a linear model on the same split: logistic regression on TF-IDF of n-grams.

        It is fitted to the training texts at the first call, and kept in the run's folder.
        """
        data = self._sets()
        part: Part = "valid" if self.count("valid") else "train"
        file = None if self.run is None else self.run / BASELINE
        if self._baseline is None and file is not None and file.exists():
            kept = json.loads(file.read_bytes())
            if kept["protocol"].get("data") == data.fingerprint():
                self._baseline, self._linear_wrong = Figures.from_state(kept), set(kept["wrong"])
        if self._baseline is None:
            scores, y = baseline_scores(data, part, len(self.classes), self.labels("train")), self.labels(part)
            figures = OneOf(self.classes).figures(scores, y)
            protocol = {"part": part, "n": len(scores), "data": data.fingerprint()}
            self._baseline = Figures(figures, protocol, subject={"system": "linear, TF-IDF of n-grams"})
            self._linear_wrong = set((scores.argmax(1) != y).nonzero()[:, 0].tolist())
            if file is not None:
                state = {**self._baseline.state(), "wrong": sorted(self._linear_wrong)}
                write_atomically(file, json.dumps(state, ensure_ascii=False).encode())
        return self._baseline

    def evidence(self, *, part: Part | None = None) -> Evidence:
        """Scores of all texts of a part beside their labels: what confusion, calibration and losses are read from.

        Args:
            part: "train" or "valid"; by default the validation texts where there are any.
        """
        part = part or ("valid" if self.count("valid") else "train")
        chosen = self._sets().part(part)
        if not len(chosen):
            raise DataError("recogniser.empty_part", part=part)
        return Evidence(self, part, self.scores([ids for ids, _ in chosen]), self.labels(part))

    def show_results(self, n: int = 16) -> TextRows:
        """Validation texts, always the same, with what is said of them and what they are."""
        n = whole(n, 1, "recogniser.how_many")
        part: Part = "valid" if self.count("valid") else "train"
        return self.captioned(part, self._sets().part(part).sample(n, 0))

    def captioned(self, part: Part, places: Sequence[int], notes: Sequence[str] = ()) -> TextRows:
        """Texts of a part with what is said of them, what they are, and a note each."""
        chosen, y = self._sets().part(part), self.labels(part)
        rows = []
        for i, scores in enumerate(self.scores([chosen[place][0] for place in places])):
            said, truth = self.task.prediction(scores, ""), self.task.truth(y[places[i]])
            rows.append((f"{said.label} {said.probability:.0%}", truth, *notes[i : i + 1], chosen.text(places[i])))
        head = [say("reader.said"), say("reader.truth"), *([say("reader.loss")] if notes else []), say("reader.text")]
        return TextRows(tuple(head), tuple(rows))

    def confusion(self, *, part: Part | None = None) -> Confusion:
        """Which classes are taken for which, as a table and as a picture."""
        return self.evidence(part=part).confusion()

    def most_confused(self, n: int = 10) -> list[tuple[str, str, int]]:
        """(true class, class said, how often), the worst first."""
        return self.confusion().worst(n)

    def top_losses(self, n: int = 9) -> TextRows:
        """The texts that it is most wrong about, with what is said, the truth and the loss in nats."""
        evidence = self.evidence()
        worst = decisions.top_losses(evidence.y, evidence.scores, whole(n, 1, "recogniser.how_many"))
        return self.captioned(evidence.part, worst.places.tolist(), [f"{loss:.2f}" for loss in worst.losses])

    def per_class(self) -> Table:
        """Precision, recall, F1 and number of texts of each class, as a table."""
        return self.evidence().per_class()

    def calibration(self) -> Calibration:
        """Whether it is right as often as it says: bins, their mean error, and a picture."""
        return self.evidence().calibration()

    def explain(self, given: Any, *, target: str | None = None) -> Words:
        """Which words of a text decided: each is left out in turn, and its weight is by how much the log-odds fall.

        Occlusion (Zeiler & Fergus 2014, section 4.2), word by word, as Li, Monroe & Jurafsky (2016) have it.

        Args:
            given: a text, or the path of a .txt file.
            target: class that is spoken of; by default the one predicted.

        Raises:
            DataError: the text can't be read.
            OptionError: there is no such class.
        """
        if target is not None and class_name(target) not in self.classes:
            raise OptionError("recogniser.no_such_class", given=target, known=", ".join(self.classes[:20]))
        text = self.reading.text(given)
        versions = [text, *without_each(text)]
        scores = self.scores([self.tokens.encode(one)[: self.reading.length] for one in versions]).double()
        label = self.classes[int(scores[0].argmax())] if target is None else class_name(target)
        p = scores[:, self.classes.index(label)].clamp(1e-12, 1 - 1e-12)
        odds = p.logit()
        return Words(text, label, float(p[0]), (odds[0] - odds[1:]).tolist())


def chance(better: int, worse: int) -> float:
    """One-sided p of McNemar's test: how likely chance makes one of two right so much more often than the other.

    Args:
        better: texts that it alone is right about.
        worse: texts that the other alone is right about.
    """
    apart = better + worse
    return 0.5 * math.erfc((better - worse - 1) / math.sqrt(2 * apart)) if apart else 1.0  # normal law, corrected


def _by_tokens(lengths: Sequence[int]) -> Iterator[range]:
    """Runs of texts of rising lengths, of about `AT_ONCE` tokens each when filled up."""
    start = 0
    for stop in range(1, len(lengths) + 1):
        if stop == len(lengths) or (stop + 1 - start) * lengths[stop] > AT_ONCE:
            yield range(start, stop)
            start = stop


def _shortened(text: str, most: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
