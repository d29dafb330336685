"""Spoken words told apart by their spectrograms, with whole voices held out, as one voice on both sides tells too much.

    python examples/spoken_digits.py [--data FOLDER] [--speaker theo] [--epochs 8]

FOLDER holds the recordings of the free spoken digit dataset, DIGIT_SPEAKER_NUMBER.wav (needs the extra `audio`); each
of its speakers is held out in turn, or the one that is named. Without it "words" are made up: two tones one after the
other, of which the second is higher, lower or the same, spoken by voices of differing pitch.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import makebelieve as mb

RATE = 8000


def words(n: int, seed: int = 0) -> tuple[list[np.ndarray], list[str], list[int]]:
    """n sounds, what each is, and the places of those that the last of five voices speaks."""
    random = np.random.default_rng(seed)
    sounds, kinds, held = [], [], []
    for i in range(n):
        kind, voice = ("rising", "level", "falling")[i % 3], i // 3 % 5
        first = 220 * 1.25**voice * random.uniform(0.95, 1.05)
        second = first * {"rising": 1.4, "level": 1.0, "falling": 0.7}[kind]
        t = np.arange(round(random.uniform(0.12, 0.2) * RATE)) / RATE
        tones = [np.sin(2 * np.pi * hertz * t) * np.hanning(len(t)) for hertz in (first, second)]
        sounds.append(np.concatenate(tones) + random.normal(0, 0.1, 2 * len(t)))
        kinds.append(kind)
        if voice == 4:
            held.append(i)
    return sounds, kinds, held


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of DIGIT_SPEAKER_NUMBER.wav")
    parser.add_argument("--speaker", help="hold out this one only")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--run", default="runs/spoken")
    arguments = parser.parse_args()
    if arguments.data is None:
        sounds, kinds, held = words(450)
        data = mb.audio(sounds, rate=RATE, labels=kinds, valid=held, mels=32, hop=0.016)
        learn = mb.classifier(data, "small", batch_size=16, seed=arguments.seed, run=arguments.run)
        learn.fit_one_cycle(arguments.epochs)
        print(learn.evaluate())

        data.show_batch(9).save(f"{arguments.run}/sounds.png")
        print("one more:", learn.predict(words(1, seed=1)[0][0]))
        return

    voices = sorted({path.stem.split("_")[1] for path in arguments.data.glob("*_*_*.wav")})
    for voice in [arguments.speaker] if arguments.speaker else voices:
        data = mb.audio(
            arguments.data,
            labels=r"/(\d)_\w+\.wav$",
            valid=f"_{voice}_",
            mels=40,
            window=0.032,
            hop=0.016,
            reach=30,
        )
        learn = mb.classifier(data, "small", seed=arguments.seed, run=f"{arguments.run}/{voice}")
        learn.fit_one_cycle(arguments.epochs)
        print(f"{voice}, never heard before: {learn.evaluate()}", flush=True)


if __name__ == "__main__":
    main()
