from __future__ import annotations

import io
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from makebelieve.data import Data, audio, random_mask, random_noise, random_speed
from makebelieve.data.audio import audio_reading
from makebelieve.data.audio_files import fitted, resampled
from makebelieve.data.audio_mel import log_mel, mel_filters
from makebelieve.errors import DataError, MissingExtraError, OptionError

FSDD = Path(__file__).parents[2].parent / "shared" / "data" / "audio-fsdd"
RATE = 4000


def tone(hertz: float, seconds: float = 0.2, rate: int = RATE) -> np.ndarray:
    t = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hertz * t)).astype(np.float32)


def sounds(n: int = 12) -> tuple[list[np.ndarray], list[str]]:
    labels = ["low" if i % 2 else "high" for i in range(n)]
    return [tone(300 if label == "low" else 1200, 0.15 + 0.01 * i) for i, label in enumerate(labels)], labels


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    package = pytest.importorskip("soundfile")
    waves, labels = sounds()
    (tmp_path / "set").mkdir()
    for i, (wave, label) in enumerate(zip(waves, labels, strict=True)):
        package.write(tmp_path / "set" / f"{label}_{'ann' if i < 8 else 'bob'}_{i}.wav", wave, RATE)
    return tmp_path / "set"


def rebuilt(data: Data) -> Data:
    again = data.how_to_rebuild()
    assert again is not None and again["door"] == "audio"
    return audio(**json.loads(json.dumps(again["arguments"])))


# spectrograms


def reference(x: np.ndarray, rate: int, mels: int, window: int, hop: int, fft: int) -> tuple[np.ndarray, np.ndarray]:
    """(power, picture): frame by frame and triangle by triangle, in double precision."""

    def mel(hertz: float) -> float:
        return 3 * hertz / 200 if hertz < 1000 else 15 + 27 * np.log(hertz / 1000) / np.log(6.4)

    def hertz(mel: float) -> float:
        return 200 * mel / 3 if mel < 15 else 1000 * 6.4 ** ((mel - 15) / 27)

    corners = [hertz(mel(rate / 2) * i / (mels + 1)) for i in range(mels + 2)]
    hann = np.zeros(fft)
    start = (fft - window) // 2
    hann[start : start + window] = [0.5 - 0.5 * np.cos(2 * np.pi * i / window) for i in range(window)]
    padded = np.concatenate([np.zeros(fft // 2), x.astype(np.float64), np.zeros(fft // 2)])
    frames = 1 + len(x) // hop
    power = np.zeros((mels, frames))
    waves = np.exp(-2j * np.pi * np.outer(np.arange(fft // 2 + 1), np.arange(fft)) / fft)
    for frame in range(frames):
        spectrum = np.abs(waves @ (hann * padded[frame * hop : frame * hop + fft])) ** 2
        for row in range(mels):
            low, middle, high = corners[row : row + 3]
            for k, energy in enumerate(spectrum):
                f = k * rate / fft
                height = max(0.0, min((f - low) / (middle - low), (high - f) / (high - middle)))
                power[row, frame] += 2 / (high - low) * height * energy
    decibels = 10 * np.log10(np.maximum(power / power.max(), 1e-8))
    return power, (1 + decibels / 80)[::-1]


@pytest.mark.parametrize("rate", [4000, 16_000])
def test_the_spectrogram_agrees_with_its_definition(rate: int) -> None:
    mel = log_mel(rate, 20, window=0.02, hop=0.008, reach=80)
    x = np.random.default_rng(0).standard_normal(rate // 10).astype(np.float32) * np.linspace(0.1, 1, rate // 10)
    x = (x + tone(440, 0.1, rate)).astype(np.float32)
    power, picture = reference(x, rate, mel.mels, mel.window, mel.hop, mel.fft)
    batch = torch.from_numpy(np.stack([x, np.zeros_like(x), 0.01 * x]))
    assert np.abs(mel.power(batch)[0].double().numpy() / power.max() - power / power.max()).max() < 1e-5
    made = mel(batch).double().numpy()
    assert made.shape == (3, 1, *picture.shape)
    assert np.abs(made[0, 0] - picture).max() < 1e-5
    assert np.abs(made[2, 0] - picture).max() < 1e-5  # loudness is left out
    assert (made[1] == 0).all()  # silence is black


def test_a_tone_lights_its_row() -> None:
    mel = log_mel(8000, 32, window=0.025, hop=0.01, reach=80)
    filters = mel_filters(8000, 32, mel.fft)
    for hertz in (200.0, 1000.0, 3000.0):
        picture = mel(torch.from_numpy(tone(hertz, 0.2, 8000)).unsqueeze(0))[0, 0]
        row = int(picture[:, 10].argmax())
        loudest = int(filters[:, round(hertz * mel.fft / 8000)].argmax())
        assert abs((31 - row) - loudest) <= 1  # low pitches are at the bottom


def test_triangles_are_never_empty_and_have_area_one() -> None:
    mel = log_mel(8000, 128, window=0.01, hop=0.01, reach=80)
    assert mel.window == 80 and mel.fft > 128
    filters = mel_filters(8000, 128, mel.fft)
    assert (filters.max(1) > 0).all()
    fine = mel_filters(8000, 10, 4096)
    np.testing.assert_allclose(fine.sum(1) * 8000 / 4096, 1, rtol=0.01)
    with pytest.raises(OptionError, match="mels=512 is too many"):
        log_mel(8000, 512, window=0.01, hop=0.01, reach=80)


# one rate and length


@pytest.mark.parametrize(("own", "rate"), [(8000, 4000), (4000, 8000), (44_100, 16_000), (11_025, 8000)])
def test_resampling_keeps_the_tone_and_drops_what_would_alias(own: int, rate: int) -> None:
    wave = tone(500, 0.2, own)
    made = resampled(wave, own, rate)
    assert len(made) == -(-len(wave) * rate // own)
    inner = slice(len(made) // 5, -len(made) // 5)
    assert np.abs(made - tone(500, 0.3, rate)[: len(made)])[inner].max() < 0.01
    if rate < own:
        high = resampled(tone(0.9 * own / 2, 0.2, own), own, rate)
        assert np.abs(high[inner]).max() < 0.02


def test_sounds_stand_in_the_middle_or_lose_their_ends() -> None:
    short = fitted(np.ones(4) * [1, 2, 3, 4], RATE, RATE, 10)
    assert short.tolist() == [0, 0, 0, 1, 2, 3, 4, 0, 0, 0]
    assert fitted(np.arange(1, 11), RATE, RATE, 4).tolist() == [4, 5, 6, 7]
    assert fitted(np.array([[1, 3], [2, 4], [0, 0]]), RATE, RATE, 3).tolist() == [2, 3, 0]  # mixed down


# the door, with sounds as arrays


def test_sounds_as_arrays() -> None:
    waves, labels = sounds()
    data = audio(waves, rate=RATE, labels=labels, mels=16)
    assert data.classes == ["high", "low"] and data.shape[:2] == (1, 16)
    assert data.train.x.ndim == 2 and data.how_to_rebuild() is None
    batch = next(data.batches("train", 4))
    assert batch.x.shape == (4, *data.shape) and batch.x.min() >= 0 and batch.x.max() <= 1
    for i in range(len(data.valid)):
        picture, label = data.valid[i]
        row = int(picture[0, :, data.shape[2] // 2].argmax())
        assert (row > 8) == (label == 1)  # low tones low in the picture
    assert len(data.show_batch(4)) == 4 and "RandomSpeed" in data.summary()
    square = np.stack([wave[:600] for wave in waves])
    assert audio(square, rate=RATE, labels=labels).fingerprint() != data.fingerprint()
    assert audio(torch.from_numpy(square), rate=RATE).classes is None
    assert audio(waves, rate=RATE, labels=labels, classes=["low"]).classes == ["low"]
    plain = audio(waves, rate=RATE, labels=labels, augment=(), valid=0)
    one, two = plain.batches("train", 12, seed=1), plain.batches("train", 12, seed=2)
    a, b = next(one), next(two)
    torch.testing.assert_close(a.x[a.items.argsort()], b.x[b.items.argsort()])


def test_a_reading_makes_the_same_picture() -> None:
    waves, labels = sounds()
    data = audio(waves, rate=RATE, labels=labels, mels=12, valid=0)
    assert data.reading is not None
    read = audio_reading(json.loads(json.dumps(data.reading.state())))
    assert read == data.reading and read.kind == "audio" and ".wav" in read.suffixes
    for given in (waves[3], torch.from_numpy(waves[3]), (RATE, waves[3]), np.stack([waves[3]] * 2, 1)):
        torch.testing.assert_close(read(given), data.train[3][0])
    there = read((2 * RATE, tone(300, 0.18, 2 * RATE)))
    assert (there - read(tone(300, 0.18))).abs().mean() < 0.05
    for given, words in (
        (np.zeros(100), "silent"),
        (np.ones(1), "needs 2 samples or more, this has 1"),
        (np.array([0.0, np.nan, 1.0]), "NaN"),
        (np.zeros((2, 2, 2)), "has shape"),
        ("nothing.wav", "no file"),
        (object(), "can't be read as a sound"),
    ):
        with pytest.raises(DataError, match=words):
            read(given)


def test_what_can_not_be_used() -> None:
    waves, labels = sounds()
    cases: list[tuple[Any, dict[str, Any], type[Exception], str]] = [
        (waves, {}, OptionError, "need rate="),
        (7, {"rate": RATE}, OptionError, "audio takes a folder"),
        ([], {"rate": RATE}, DataError, "no items"),
        ([waves[0], np.zeros(900)], {"rate": RATE}, DataError, r"Sound 1 can't be used \(it is silent"),
        ([waves[0], [0.5]], {"rate": RATE}, DataError, r"Sound 1 .* 2 samples or more"),
        ([waves[0], np.full(9, np.inf)], {"rate": RATE}, DataError, "Sound 1 .* NaN or infinite"),
        (waves, {"rate": 100}, OptionError, "rate must be"),
        (waves, {"rate": 8000.0}, OptionError, "rate must be"),
        (waves, {"rate": RATE, "seconds": 0}, OptionError, "seconds must be"),
        (waves, {"rate": RATE, "mels": 0}, OptionError, "mels must be"),
        (waves, {"rate": RATE, "window": 5}, OptionError, "window must be"),
        (waves, {"rate": RATE, "hop": 0}, OptionError, "hop must be"),
        (waves, {"rate": RATE, "reach": 5}, OptionError, "reach must be"),
        (waves, {"rate": RATE, "labels": labels[1:]}, DataError, "11 labels for 12"),
        (waves, {"rate": RATE, "labels": [None, *labels[1:]]}, DataError, "1 of 12 items have no label"),
        (waves, {"rate": RATE, "valid": "bob"}, OptionError, "this source has none"),
        (waves, {"rate": RATE, "augment": [3]}, OptionError, "augment takes"),
    ]
    for source, options, kind, words in cases:
        with pytest.raises(kind, match=words):
            audio(source, **options)


def test_without_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    monkeypatch.setitem(__import__("sys").modules, "soundfile", None)
    with pytest.raises(MissingExtraError, match=r"makebelieve\[audio\]"):
        audio(tmp_path)


# the door, with files


def test_a_folder_with_a_speaker_held_out(folder: Path) -> None:
    label = r"/(\w+)_\w+_\d+\.wav$"
    data = audio(folder, labels=label, valid="_bob_", mels=16, augment=[random_speed(0.1), random_mask(0.2)])
    assert data.classes == ["high", "low"] and (len(data.train), len(data.valid)) == (8, 4)
    again = rebuilt(data)
    assert again.fingerprint() == data.fingerprint()
    assert again.raw_transforms == (random_speed(0.1),) and again.batch_transforms == (random_mask(0.2),)
    by_function = audio(folder, labels=lambda p: p.name.split("_")[0], valid=lambda p: "bob" in p.name, mels=16)
    assert by_function.fingerprint() == data.fingerprint() == rebuilt(by_function).fingerprint()
    disk = audio(folder, labels=label, valid="_bob_", mels=16, memory=False, workers=0, augment=[random_noise()])
    inside = audio(folder, labels=label, valid="_bob_", mels=16, augment=[random_noise()])
    one, two = disk.batches("train", 4, seed=3), inside.batches("train", 4, seed=3)
    for _ in range(4):
        assert torch.equal(next(one).x, next(two).x)
    assert data.reading is not None
    path = sorted(folder.iterdir())[2]
    x = data.reading(path)
    torch.testing.assert_close(data.reading(path.read_bytes()), x)
    torch.testing.assert_close(
        x, audio([path], rate=RATE, seconds=data.train.x.shape[1] / RATE, mels=16, valid=0).train[0][0]
    )


def test_rates_and_channels_may_differ(folder: Path) -> None:
    import soundfile

    soundfile.write(folder / "low_carl_90.wav", tone(300, 0.2, 2 * RATE), 2 * RATE)
    soundfile.write(folder / "low_carl_91.wav", np.stack([tone(300), tone(300)], 1), RATE)
    data = audio(folder, labels=r"/(\w+)_\w+_\d+\.wav$", valid="carl", seconds=0.2, mels=16)
    assert data.reading is not None and data.reading.state()["mel"]["rate"] == RATE
    twice, stereo = data.valid[0][0], data.valid[1][0]
    assert (twice - stereo).abs().mean() < 0.05
    assert (stereo - data.reading(tone(300))).abs().max() < 0.02


@pytest.mark.parametrize("memory", [True, False])
def test_broken_files_are_named_skipped_and_counted(
    folder: Path, memory: bool, caplog: pytest.LogCaptureFixture
) -> None:
    import soundfile

    (folder / "low_text_1.wav").write_text("this is no sound")
    soundfile.write(folder / "low_short_1.wav", np.ones(1, np.float32), RATE)
    if memory:
        soundfile.write(folder / "low_silent_1.wav", np.zeros(500, np.float32), RATE)
    with caplog.at_level(logging.WARNING, "makebelieve"):
        data = audio(folder, max_broken=0.3, memory=memory, workers=0)
    assert len(data.train) + len(data.valid) == 12
    assert "low_text_1.wav" in caplog.text and "2 samples or more" in caplog.text
    assert ("silent from end to end" in caplog.text) == memory
    with pytest.raises(DataError, match="can't be read, more than the share"):
        audio(folder, max_broken=0, memory=memory)
    assert data.reading is not None
    with pytest.raises(DataError, match=r"low_text_1\.wav can't be read as a sound"):
        data.reading(folder / "low_text_1.wav")


def test_folders_without_sounds(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no folder"):
        audio(tmp_path / "gone")
    with pytest.raises(DataError, match="no such files"):
        audio(tmp_path)
    pytest.importorskip("soundfile")
    (tmp_path / "a.wav").write_text("text")
    with pytest.raises(DataError, match="None of the 1 files can be read as a sound"):
        audio(tmp_path)


def test_a_long_file_is_read_in_its_middle_only(tmp_path: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    wave = np.concatenate([tone(1200, 1), tone(300, 0.4), tone(1200, 1)])
    soundfile.write(tmp_path / "a.wav", wave, RATE)
    data = audio([tmp_path / "a.wav"], seconds=0.2, valid=0)
    assert data.train.x.shape == (1, 800)
    np.testing.assert_allclose(data.train.x[0].numpy(), wave[4400:5200], atol=1e-4)
    buffer = io.BytesIO()
    soundfile.write(buffer, wave, RATE, format="WAV")
    assert data.reading is not None
    torch.testing.assert_close(data.reading(buffer.getvalue()), data.train[0][0])


@pytest.mark.parametrize(("suffix", "off"), [(".wav", 1e-3), (".flac", 1e-3), (".ogg", 0.05)])
def test_wav_flac_and_ogg_sound_alike(tmp_path: Path, suffix: str, off: float) -> None:
    soundfile = pytest.importorskip("soundfile")
    wave = tone(300, 0.3, 8000)
    for label in ("a", "b"):
        (tmp_path / label).mkdir()
        soundfile.write(tmp_path / label / f"one{suffix}", wave, 8000)
    data = audio(tmp_path, valid=0, mels=16)
    assert data.classes == ["a", "b"] and data.train.x.shape == (2, len(wave))
    assert np.abs(data.train.x[0].numpy() - wave)[200:-200].max() < off
    assert data.reading is not None
    torch.testing.assert_close(data.reading((tmp_path / "a" / f"one{suffix}").read_bytes()), data.train[0][0])


@pytest.mark.skipif(not FSDD.is_dir(), reason="the spoken digits are not there")
def test_spoken_digits_with_a_speaker_held_out() -> None:
    pytest.importorskip("soundfile")
    some = [FSDD / f"{digit}_{who}_0.wav" for digit in range(10) for who in ("george", "theo")]
    data = audio(some, labels=r"/(\d)_\w+\.wav$", valid="_theo_")
    assert data.classes == [str(digit) for digit in range(10)] and len(data.valid) == 10
    assert data.shape[:2] == (1, 64) and rebuilt(data).fingerprint() == data.fingerprint()
