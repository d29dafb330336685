from __future__ import annotations

import json
import logging
import re
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from torch.utils.data import Dataset, TensorDataset

from makebelieve.data import Data, arrays, images, random_crop, random_flip
from makebelieve.data.decode import covering, fit, read_image
from makebelieve.errors import DataError, OptionError


def write(path: Path, value: int = 100, size: tuple[int, int] = (8, 8), mode: str = "RGB") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, value).convert(mode).save(path)
    return path


@pytest.fixture
def animals(tmp_path: Path) -> Path:
    for name in ("cat", "dog"):
        for i in range(10):
            write(tmp_path / "animals" / name / f"{name}_{i}.png", 10 * i + (100 if name == "dog" else 0))
    return tmp_path / "animals"


def rebuilt(data: Data) -> Data:
    again = data.how_to_rebuild()
    assert again is not None and again["door"] == "images"
    return images(**json.loads(json.dumps(again["arguments"])))


# labels and sources


def test_a_folder_of_class_folders(animals: Path) -> None:
    data = images(animals)
    assert data.classes == ["cat", "dog"] and data.shape == (3, 8, 8)
    assert (data.count("train"), data.count("valid")) == (16, 4)
    for x, label in data.train:
        assert (x.max() >= 100) == (label == 1)
    assert rebuilt(data).fingerprint() == data.fingerprint()
    assert images(animals, seed=43).fingerprint() != data.fingerprint()
    assert images(animals, channels=1).shape == (1, 8, 8)


def test_labels_by_function_pattern_sequence_and_none(animals: Path) -> None:
    paths = sorted(animals.rglob("*.png"))
    kinds = [path.parent.name for path in paths]
    by_function = images(animals, labels=lambda path: path.name.split("_")[0])
    by_pattern = images(animals, labels=r"/(\w+)_\d+\.png$")
    by_list = images(paths, labels=kinds)
    by_compiled = images(animals, labels=re.compile(r"/(\w+)_\d+"))
    for data in (by_function, by_pattern, by_list, by_compiled):
        assert data.classes == ["cat", "dog"] and data.fingerprint() == images(animals).fingerprint()
        assert rebuilt(data).fingerprint() == data.fingerprint()
    assert images(paths, labels="folder").classes == ["cat", "dog"]
    for nothing in (images(animals, labels=None), images(paths)):
        assert nothing.classes is None and nothing.train.y is None and "no labels" in nothing.summary()
        assert next(nothing.batches("train", 4)).y is None
        assert rebuilt(nothing).fingerprint() == nothing.fingerprint()


def test_resolved_rebuild_needs_neither_function_nor_split(animals: Path) -> None:
    data = images(animals, labels=lambda p: float(p.stem.split("_")[1]), valid=0.3, seed=5, augment=[random_crop(2)])
    again = data.how_to_rebuild()
    assert again is not None
    assert len(again["arguments"]["source"]) == len(again["arguments"]["labels"]) == 20
    assert len(again["arguments"]["valid"]) == 6
    same = rebuilt(data)
    assert same.fingerprint() == data.fingerprint() and same.batch_transforms == (random_crop(2),)
    assert data.classes is None and "targets from 0 to 9" in data.summary()


def test_a_folder_with_its_own_parts(tmp_path: Path) -> None:
    for part, n in (("train", 6), ("test", 2)):
        for name in ("a", "b"):
            for i in range(n):
                write(tmp_path / "set" / part / name / f"{i}.png")
    data = images(tmp_path / "set")
    assert data.classes == ["a", "b"] and (len(data.train), len(data.valid)) == (12, 4)
    held = images(tmp_path / "set", valid=0.25)
    assert (len(held.train), len(held.valid)) == (9, 3)  # drawn from the training part: the test part stays unseen
    assert len(images(tmp_path / "set", valid=0).valid) == 0


def test_classes_filter_and_numbers_sort_as_numbers(tmp_path: Path) -> None:
    for name in range(12):
        for i in range(3):
            write(tmp_path / "set" / str(name) / f"{i}.png", name)
    assert images(tmp_path / "set").classes == [str(i) for i in range(12)]
    data = images(tmp_path / "set", classes=[10, "2"])
    assert data.classes == ["2", "10"]
    assert {(int(x.max()), label) for x, label in [*data.train, *data.valid]} == {(2, 0), (10, 1)}
    assert rebuilt(data).fingerprint() == data.fingerprint()
    with pytest.raises(DataError, match=r"no class 99; there are: 0, 1, 2"):
        images(tmp_path / "set", classes=[99])
    with pytest.raises(DataError, match="no labels"):
        images(tmp_path / "set", classes=[1], labels=None)


def test_composed_and_decomposed_hangul_are_one_label(tmp_path: Path) -> None:
    forms = {form: unicodedata.normalize(form, "고양이") for form in ("NFC", "NFD")}
    assert forms["NFC"] != forms["NFD"]
    for form, name in forms.items():
        for i in range(3):
            write(tmp_path / "동물" / name / f"{form}_사진_{i}.png")
    write(tmp_path / "동물" / "강아지" / "하나.png")
    data = images(tmp_path / "동물", valid=0)
    assert data.classes == ["강아지", "고양이"] and data.train.y is not None
    assert data.train.y.bincount().tolist() == [1, 6]
    assert images(tmp_path / "동물", classes=[forms["NFD"]], valid=0).count("train") == 6
    assert rebuilt(data).fingerprint() == data.fingerprint()
    by_pattern = images(tmp_path / "동물", labels=r"/(고양이|강아지)/", valid=0)
    assert by_pattern.classes == data.classes
    assert len(data.show_batch(4).captions or []) == 4


def test_a_data_frame(animals: Path) -> None:
    paths = sorted(str(path) for path in animals.rglob("*.png"))
    frame = pd.DataFrame({"n": range(20), "file": paths, "kind": [Path(p).parent.name for p in paths]})
    data = images(frame, labels="kind")
    assert data.classes == ["cat", "dog"] and rebuilt(data).fingerprint() == data.fingerprint()
    assert images(frame, labels="n").classes == [str(i) for i in range(20)]
    assert images(frame).classes is None
    with pytest.raises(DataError, match="no column 'sort'; it has n, file, kind"):
        images(frame, labels="sort")
    with pytest.raises(DataError, match="holds file paths"):
        images(frame[["n"]])


def test_a_torch_dataset() -> None:
    x = torch.rand(20, 1, 6, 6)
    data = images(TensorDataset(x, torch.arange(20) % 2), valid=0)
    assert data.classes == ["0", "1"] and torch.equal(data.train.x, x) and data.how_to_rebuild() is None

    class Coloured(Dataset[tuple[Image.Image, int]]):
        classes = ("빨강", "파랑")

        def __len__(self) -> int:
            return 6

        def __getitem__(self, i: int) -> tuple[Image.Image, int]:
            return Image.new("RGB", (10, 20), (0, 0, 255) if i % 2 else (255, 0, 0)), i % 2

    data = images(Coloured(), size=5, valid=0)
    assert data.classes == ["빨강", "파랑"] and data.shape == (3, 5, 5)
    assert [x[:, 0, 0].tolist() for x, _ in data.train][:2] == [[255, 0, 0], [0, 0, 255]]


@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy])
def test_arrays_of_every_layout(kind: object) -> None:
    x = np.random.default_rng(0).integers(0, 256, (6, 3, 5, 7), np.uint8)
    first = images(kind(x), valid=0)  # type: ignore[operator]
    last = images(kind(np.ascontiguousarray(x.transpose(0, 2, 3, 1))), valid=0)  # type: ignore[operator]
    grey = images(kind(x[:, 0]), valid=0)  # type: ignore[operator]
    assert first.shape == last.shape == (3, 5, 7) and grey.shape == (1, 5, 7)
    assert torch.equal(first.train.x, torch.from_numpy(x)) and torch.equal(last.train.x, first.train.x)
    floats = images(kind((x / 255).astype(np.float32)), valid=0)  # type: ignore[operator]
    torch.testing.assert_close(next(floats.batches("train", 6)).x, next(first.batches("train", 6)).x)


def test_array_values_are_brought_to_eight_bits_or_refused() -> None:
    half = np.full((4, 2, 2, 4), 255, np.uint8)
    half[..., :3], half[..., 3] = 0, 128  # black, half transparent, on white
    assert set(images(half, valid=0).train.x.flatten().tolist()) == {127}
    assert images(np.full((4, 2, 2), 65535, np.uint16), valid=0).train.x.max() == 255
    assert images(np.ones((4, 2, 2), bool), valid=0).train.x.max() == 255
    assert images(np.full((4, 2, 2), 200), valid=0).train.x.max() == 200
    with pytest.raises(DataError, match="from 0 to 255; divide them by 255"):
        images(np.linspace(0, 255, 16).reshape(4, 2, 2))
    with pytest.raises(DataError, match=r"from -1 to 1; .*\(x \+ 1\) / 2"):
        images(np.linspace(-1, 1, 16).reshape(4, 2, 2))
    with pytest.raises(DataError, match="1 values are NaN"):
        images(np.array([[[np.nan, 1.0]]]))
    with pytest.raises(DataError, match="0 to 255, but these run from -1"):
        images(np.full((4, 2, 2), -1))
    for shape in ((4,), (4, 2), (0, 2, 2), (4, 5, 5, 5), (2, 2, 2, 2, 2)):
        with pytest.raises(DataError, match=re.escape(str(shape))):
            images(np.zeros(shape, np.uint8))
    with pytest.raises(DataError, match="must be numbers"):
        images(np.array([[["a"]]]))


# reading files


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("L", 100), ("RGB", 100), ("P", 100), ("1", 0), ("CMYK", 100), ("LA", 100), ("RGBA", 100), ("I;16", 100)],
)
def test_modes_become_eight_bits(tmp_path: Path, mode: str, expected: int) -> None:
    path = tmp_path / ("a.tiff" if mode == "CMYK" else "a.png")
    if mode == "I;16":
        Image.fromarray(np.full((8, 8), 100 * 257, np.uint16)).save(path)
    else:
        Image.new("L", (8, 8), 100).convert("RGB").convert(mode, dither=Image.Dither.NONE).save(path)
    for channels in (1, 3):
        image = read_image(path, None, channels)
        assert image.mode == ("L" if channels == 1 else "RGB")
        assert np.abs(np.asarray(image).astype(int) - expected).max() <= 2


def test_what_is_transparent_is_laid_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(tmp_path / "a.png")
    palette = Image.new("P", (4, 4), 1)
    palette.putpalette([9, 9, 9, 0, 0, 0])
    palette.save(tmp_path / "b.png", transparency=1)
    for name in ("a.png", "b.png"):
        assert np.asarray(read_image(tmp_path / name, None, 3)).min() == 255


def test_mixed_modes_in_one_folder_are_colour(tmp_path: Path) -> None:
    for i, mode in enumerate(("L", "RGBA", "P", "1", "RGB")):
        write(tmp_path / "set" / f"{i}.png", mode=mode)
    Image.fromarray(np.full((8, 8), 30000, np.uint16)).save(tmp_path / "set" / "9.png")
    assert images(tmp_path / "set").shape == (3, 8, 8)
    for path in (tmp_path / "set").glob("[1245].png"):
        path.unlink()
    assert images(tmp_path / "set").shape == (1, 8, 8)


def test_resizing_keeps_the_aspect_and_the_centre(tmp_path: Path) -> None:
    wide = np.zeros((20, 60, 3), np.uint8)
    wide[:, 20:40] = 255
    assert np.asarray(fit(Image.fromarray(wide), (10, 10)))[:, 1:-1].min() > 200
    assert covering((20, 60), (10, 10)) == (10, 30) and covering((3, 5), (28, 28)) == (28, 47)
    Image.fromarray(np.tile(wide, (20, 20, 1))[:400, :1200]).save(tmp_path / "a.jpg", quality=95)
    assert read_image(tmp_path / "a.jpg", (16, 24), 3).size == (24, 16)
    dots = np.indices((64, 64)).sum(0) % 2 * 255  # a checkerboard has no business but grey when it shrinks
    small = np.asarray(fit(Image.fromarray(dots.astype(np.uint8)), (16, 16))).astype(int)
    assert np.abs(small - 127).max() < 12
    noise = np.random.default_rng(0).integers(0, 256, (1, 40, 50), np.uint8)
    for size in ((16, 16), (60, 70), (20, 45)):  # arrays and files are scaled alike
        one, many = fit(Image.fromarray(noise[0]), size), images(noise, size=size, valid=0).train.x[0, 0]
        off = (torch.from_numpy(np.array(one)).int() - many.int()).abs().float()
        assert off.mean() < 0.5  # Pillow clips between its two passes, so single pixels of noise may differ
    tensor = images(dots[None].repeat(4, 0), size=16).train.x.int()
    assert (tensor - 127).abs().max() < 12


def test_photos_lying_on_their_side_stand_up(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    for i in range(3):
        Image.new("RGB", (20, 10)).save(tmp_path / f"{i}.jpg", exif=exif)
    assert images(tmp_path).shape == (3, 20, 10)


# broken files


@pytest.mark.parametrize("memory", [True, False])
def test_broken_files_are_named_skipped_and_counted(
    tmp_path: Path, memory: bool, caplog: pytest.LogCaptureFixture
) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (30, 30, 3), np.uint8)
    for i in range(20):
        Image.fromarray(noise).save(write(tmp_path / f"{i:02}.jpg"))
    whole = (tmp_path / "03.jpg").read_bytes()
    (tmp_path / "03.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "07.jpg").write_text("not a picture")
    (tmp_path / "notes.txt").write_text("left alone")
    (tmp_path / ".hidden.jpg").write_text("left alone")
    with caplog.at_level(logging.WARNING, "makebelieve"):
        data = images(tmp_path, size=8, memory=memory, workers=0)
    assert data.count("train") + data.count("valid") == 18
    assert "2 of 20" in caplog.text and "03.jpg" in caplog.text and "07.jpg" in caplog.text
    assert "2: " in data.summary() and data.describe()["skipped"] == 2
    (tmp_path / "08.jpg").write_bytes(b"")
    with pytest.raises(DataError, match=r"3 of 20 files can't be read.*10%.*03\.jpg"):
        images(tmp_path, size=8, memory=memory, workers=0)
    assert images(tmp_path, size=8, max_broken=0.2, memory=memory).describe()["skipped"] == 3


def test_jpegs_with_something_after_their_end_are_whole(tmp_path: Path) -> None:
    for i in range(3):
        path = write(tmp_path / f"{i}.jpg")
        path.write_bytes(path.read_bytes() + b"\0" * 10_000)
    assert images(tmp_path, memory=False, workers=0).describe()["skipped"] == 0


def test_absurd_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(12):
        write(tmp_path / f"{i}.png")
    write(tmp_path / "big.png", size=(60, 60))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 3000)
    assert "big.png" in images(tmp_path, size=8).facts.skipped[0]
    for size in (0, -3, 100_000, (8, 0), (8, 8, 8), "8", 2.5, True):
        with pytest.raises(OptionError, match="size must be"):
            images(tmp_path, size=size)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="channels must be"):
        images(tmp_path, channels=2)


def test_sizes_that_differ_ask_for_size(tmp_path: Path) -> None:
    write(tmp_path / "a.png", size=(8, 8))
    write(tmp_path / "b.png", size=(9, 8))
    for channels in (None, 3):
        with pytest.raises(DataError, match=r"a\.png is .*b\.png is .*give size="):
            images(tmp_path, channels=channels)
    assert images(tmp_path, size=8).shape == (3, 8, 8)


# what can't be


def test_folders_that_are_missing_or_empty(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no folder"):
        images(tmp_path / "gone")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="hold no pictures"):
        images(tmp_path / "empty")
    with pytest.raises(DataError, match="is a file"):
        images(write(tmp_path / "a.png"))
    with pytest.raises(DataError, match="no items"):
        images([])
    with pytest.raises(DataError, match="can't be read"):
        images([tmp_path / "gone.png"])


def test_names_and_kinds_that_are_unknown() -> None:
    with pytest.raises(OptionError, match="did you mean: .*mnist"):
        images("mnits")
    with pytest.raises(OptionError, match="not int"):
        images(5)
    with pytest.raises(OptionError, match="not dict"):
        images({"a": 1})


def test_one_class_is_enough_to_generate_and_the_summary_says_so(tmp_path: Path, animals: Path) -> None:
    data = images(animals, classes=["cat"])
    assert data.classes == ["cat"] and "one class only, cat" in data.summary()
    assert images(animals / "cat").classes is None  # "auto" wants two folders
    with pytest.raises(DataError, match="inside a class folder"):
        images(animals / "cat", labels="folder")


def test_imbalance_is_told() -> None:
    data = images(np.zeros((50, 4, 4), np.uint8), labels=["many"] * 45 + ["few"] * 5, valid=0)
    assert "many has 45 training items, few only 5" in data.summary()


def test_labels_that_do_not_fit(animals: Path) -> None:
    x = np.zeros((4, 4, 4), np.uint8)
    with pytest.raises(DataError, match="3 labels for 4 items"):
        images(x, labels=[1, 2, 3])
    with pytest.raises(DataError, match="1 of 4 items have no label"):
        images(x, labels=["a", None, "b", "c"])
    with pytest.raises(OptionError, match="looks at file paths"):
        images(x, labels="folder")
    with pytest.raises(OptionError, match="exactly one group"):
        images(animals, labels="cat|dog")
    with pytest.raises(OptionError, match="no regular expression"):
        images(animals, labels="(")
    with pytest.raises(DataError, match="is not found in"):
        images(animals, labels=r"(bird)")
    with pytest.raises(DataError, match="NaN or infinite"):
        images(x, labels=[1.0, float("inf"), 2.0, 3.0])


def test_splits_that_do_not_fit() -> None:
    x = np.zeros((10, 4, 4), np.uint8)
    for valid in (1, -0.1, 1.5, True):
        with pytest.raises(OptionError, match="valid must be"):
            images(x, valid=valid)
    with pytest.raises(OptionError, match="item 10, but there are only 10"):
        images(x, valid=[10])
    with pytest.raises(DataError, match="none is left"):
        images(x, valid=range(10))
    chosen = images(x, valid=[3, 1])
    assert len(chosen.valid) == 2 and len(chosen.train) == 8
    assert len(images(x[:1], valid=0.2).train) == 1


def test_augment_options() -> None:
    x = np.zeros((10, 4, 4), np.uint8)
    for wrong in ("flip", 3, {"spin": {}}):
        with pytest.raises(OptionError, match="augment takes"):
            images(x, augment=[wrong])  # type: ignore[list-item]
    with pytest.raises(OptionError, match="probability"):
        random_flip(2)
    with pytest.raises(OptionError, match="at least 1"):
        random_crop(0)


# arrays


def test_arrays_label_kinds() -> None:
    x = np.random.default_rng(0).normal(size=(20, 4))
    assert arrays(x, np.arange(20) % 3).classes == ["0", "1", "2"]
    assert arrays(x, ["b", "a"] * 10).classes == ["a", "b"]
    named = arrays(x, torch.arange(20) % 2, classes=["zebra", "ant", "never"])
    assert named.classes == ["zebra", "ant", "never"]
    both = arrays(x, np.zeros((20, 2)))
    assert both.classes is None and both.train.y is not None and both.train.y.shape == (16, 2)
    assert arrays(x).train.y is None and "targets" in both.summary()
    with pytest.raises(DataError, match=r"shape \(4,\)"):
        both.show_batch()


def test_arrays_that_do_not_fit() -> None:
    with pytest.raises(DataError, match="2 labels for 3"):
        arrays([[1.0], [2.0], [3.0]], [0, 1])
    with pytest.raises(DataError, match="rectangular"):
        arrays([[1.0], [2.0, 3.0]])
    with pytest.raises(DataError, match="n at least 1"):
        arrays([])
    with pytest.raises(DataError, match="NaN"):
        arrays([[float("nan")]])
    with pytest.raises(DataError, match="a label is 2"):
        arrays([[1.0], [2.0]], [0, 2], classes=["a", "b"])


def test_data_say_what_they_are() -> None:
    data = images(np.zeros((10, 4, 4), np.uint8), labels=[0, 1] * 5)
    assert repr(data) == "Data(arrays 10 × 4 × 4: 8 train, 2 valid, 1 × 4 × 4, 2 classes)"
    told = data.describe()
    assert json.loads(json.dumps(told)) == told and told["count"] == {"train": 8, "valid": 2}
    assert "seed 42" in told["split"]
    assert data.show_batch(5).captions is not None and len(data.show_batch(5)) == 5
    assert data.show_batch(3, seed=None).captions == [["0", "1"][label] for _, label in list(data.train)[:3]]
