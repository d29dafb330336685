"""The autoencoder's verbs: what one does with an encoder and a decoder that have been trained."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor

from makebelieve.errors import DataError, OptionError
from makebelieve.evaluate.quality import evaluate_quality
from makebelieve.export import Exportable, Program
from makebelieve.figures import Figures
from makebelieve.latent.laws import whole
from makebelieve.latent.scatter import scatter
from makebelieve.networks.using import evaluating, in_parts
from makebelieve.pictures import Pictures, as_batch
from makebelieve.systems.autoencoder import exporting
from makebelieve.systems.autoencoder.corruption import Corruption, numbers, spoil
from makebelieve.systems.autoencoder.networks import Autoencoder
from makebelieve.training import Learner, Recipe
from makebelieve.training.protocols import Data, Part
from makebelieve.training.randomness import derive

AT_ONCE = 256


class AutoencoderLearner(Exportable, Learner):
    """An encoder and a decoder, trained together to give back what they are shown, or the clean form of it.

    Args:
        data: pictures, or None for a learner that is only used.
        model: the networks.
        recipe: how they are trained.
        shape: (c, h, w) of a picture.
        code: shape of one picture's z: (latent,), or what a network of the program's own gives.
        noise: how much pictures are spoiled before they are cleaned; 0 for none.
        corruption: how.
        options: everything else, as for `Learner`.
    """

    def __init__(
        self,
        data: Data | None,
        model: Autoencoder,
        recipe: Recipe,
        *,
        shape: tuple[int, int, int],
        code: tuple[int, ...],
        noise: float,
        corruption: Corruption,
        **options: Any,
    ) -> None:
        self.shape, self.code, self.noise, self.corruption = shape, code, noise, corruption
        self._law = numbers(corruption, shape[0] * shape[1] * shape[2])
        super().__init__(data, {"model": model}, recipe, noise=self._law, law=corruption, **options)

    @property
    def model(self) -> Autoencoder:
        """Encoder and decoder to use."""
        return cast(Autoencoder, self.network("model"))

    # ---------------------------------------------------------------- to z and back

    def encode(self, pictures: Pictures | Tensor) -> Tensor:
        """z of pictures (n, c, h, w) in [0, 1], or uint8: (n, latent) float32, on the CPU.

        Raises:
            DataError: they have another shape than those it was made for, or values outside [0, 1].
        """
        x, model = as_batch(pictures, self.shape), self.model
        with evaluating(model):
            return in_parts(lambda part: model.encode(self._placed(part)), x, size=AT_ONCE)

    def decode(self, z: Tensor) -> Pictures:
        """Pictures of points z (n, latent).

        Raises:
            OptionError: the points have another shape.
        """
        z = torch.as_tensor(z)
        if z.dim() != 1 + len(self.code) or tuple(z.shape[1:]) != self.code or not len(z):
            raise OptionError("autoencoder.points", given=tuple(z.shape), expected=("n", *self.code))
        model = self.model
        with evaluating(model):
            return Pictures(in_parts(lambda part: model.decode(part.to(self.device)), z.float(), size=AT_ONCE))

    def reconstruct(self, pictures: Pictures | Tensor) -> Pictures:
        """Each picture by way of z and back; a denoiser takes pictures as they are, without adding noise.

        Raises:
            DataError: as for `encode`.
        """
        return Pictures(self._through(as_batch(pictures, self.shape)))

    def _through(self, x: Tensor) -> Tensor:
        model = self.model
        with evaluating(model):
            return in_parts(lambda part: model.reconstruct(self._placed(part)), x, size=AT_ONCE)

    def _placed(self, x: Tensor) -> Tensor:
        return x.to(self.device, memory_format=self.memory_format or torch.contiguous_format)

    # ---------------------------------------------------------------- noise

    def denoise(self, pictures: Pictures | Tensor) -> Pictures:
        """Noisy pictures, cleaned.

        Raises:
            OptionError: it was not made with noise=.
            DataError: as for `encode`.
        """
        if not self.noise:
            raise OptionError("autoencoder.no_denoiser")
        return self.reconstruct(pictures)

    def spoil(self, pictures: Pictures | Tensor, *, seed: int = 0) -> Pictures:
        """Pictures with such noise as this denoiser was made for.

        Args:
            pictures: (n, c, h, w) in [0, 1], or uint8.
            seed: of the noise.

        Raises:
            OptionError: it was not made with noise=.
            DataError: as for `encode`.
        """
        if not self.noise:
            raise OptionError("autoencoder.no_denoiser")
        return Pictures(self._spoiled(as_batch(pictures, self.shape), seed))

    def _spoiled(self, x: Tensor, seed: int) -> Tensor:
        """x (n, c, h, w) with noise on the CPU, the same on every machine; as it is where there is none."""
        if not self.noise:
            return x
        generator = torch.Generator().manual_seed(derive(seed, "spoil"))
        parts = torch.split(x, AT_ONCE)
        noisy = [spoil(part, self._law(len(part), generator), self.noise, self.corruption) for part in parts]
        return torch.cat(noisy)

    # ---------------------------------------------------------------- to look at

    def programs(self) -> dict[str, Program]:
        return exporting.programs(self)

    def show_results(self, n: int = 8) -> Pictures:
        """Validation pictures over what comes out; for a denoiser noisy ones, cleaned ones and the originals.

        Args:
            n: pictures a row.
        """
        originals = self._some(whole(n, 1, "autoencoder.how_many"))
        noisy = self._spoiled(originals, 0)
        found = self._through(noisy)
        rows = [noisy, found, originals] if self.noise else [originals, found]
        return Pictures(torch.cat(rows), columns=len(originals))

    def _some(self, n: int) -> Tensor:
        """Up to n pictures, always the same: of the validation data, or of the training data where there are none."""
        return next(self._data().batches(self._judged_by(), n, shuffle=False)).x[:n]

    def _judged_by(self) -> Part:
        return "valid" if self._data().count("valid") else "train"

    def latents(self, part: Part = "valid", n: int | None = None) -> tuple[Tensor, Tensor | None]:
        """z of the first n pictures of a part, (n, latent), and their labels (n,), or None without labels.

        Args:
            part: "train" or "valid".
            n: how many; None means all.
        """
        data = self._data()
        count = min(data.count(part), whole(n, 1, "autoencoder.how_many") if n is not None else data.count(part))
        if not count:
            raise DataError("autoencoder.empty_part", part=part)
        batches, zs, ys, seen = data.batches(part, AT_ONCE, shuffle=False), [], [], 0
        while seen < count:
            batch = next(batches)
            zs.append(self.encode(batch.x[: count - seen]))
            if batch.y is not None:
                ys.append(batch.y[: count - seen])
            seen += len(batch)
        return torch.cat(zs), torch.cat(ys) if ys else None

    def show_latents(self, part: Part | None = None, n: int = 5000) -> Pictures:
        """A scatter plot of z, coloured by label: its two numbers, or its two main directions where it has more.

        Args:
            part: "train" or "valid"; by default the validation data where there are any.
            n: pictures at most.
        """
        z, y = self.latents(part or self._judged_by(), n)
        return Pictures(scatter(z.flatten(1), y, self._data().classes))

    # ---------------------------------------------------------------- evidence

    def evaluate(self, *, seed: int = 0) -> Figures:
        """Mean squared error, peak signal-to-noise ratio and structural similarity of what comes out.

        On all validation pictures, or on the training pictures where there are none; a denoiser is given noisy ones.

        Args:
            seed: of the noise.
        """
        data, part = self._data(), self._judged_by()
        batches, count = data.batches(part, AT_ONCE, shuffle=False), data.count(part)
        sums: dict[str, float] = {}
        protocol: dict[str, Any] = {}
        for start in range(0, count, AT_ONCE):
            x = next(batches).x.cpu()
            figures = evaluate_quality(self._through(self._spoiled(x, derive(seed, start))), x)
            protocol = {**figures.protocol, "n": count, "part": part}
            for name, value in figures.items():
                sums[name] = sums.get(name, 0.0) + value * len(x) / count
        if self.noise:
            protocol |= {"corruption": self.corruption, "noise": self.noise, "noise_seed": seed}
        subject = {"system": "autoencoder", "step": self.step, "weights": self.weights_of("model")}
        return Figures(sums, protocol, subject=subject)
