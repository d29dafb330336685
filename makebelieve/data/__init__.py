"""Step 1: data. Doors: `images`, `audio`, `series`, `text`, `ratings`, `traces`, `binaries`, `arrays`."""

from __future__ import annotations

from makebelieve.data.arrays import arrays
from makebelieve.data.audio import audio
from makebelieve.data.augment import BatchTransform, random_affine, random_crop, random_flip
from makebelieve.data.batch import Batch
from makebelieve.data.binaries import binaries
from makebelieve.data.block import DataBlock
from makebelieve.data.data import Data, Facts
from makebelieve.data.download import cache_folder
from makebelieve.data.images import images
from makebelieve.data.known import KNOWN
from makebelieve.data.pairs import pairs
from makebelieve.data.part import Part
from makebelieve.data.ratings import ratings
from makebelieve.data.ratings_data import RatingsData
from makebelieve.data.ratings_known import KNOWN_RATINGS
from makebelieve.data.series import series
from makebelieve.data.signals import (
    random_bend,
    random_mask,
    random_noise,
    random_shift,
    random_speed,
    random_warp,
)
from makebelieve.data.split import random_split
from makebelieve.data.text import text
from makebelieve.data.text_data import TextData
from makebelieve.data.text_known import KNOWN_TEXTS
from makebelieve.data.text_streams import TextStreams
from makebelieve.data.tokens import Tokens
from makebelieve.data.traces import traces

__all__ = [
    "KNOWN", "KNOWN_RATINGS", "KNOWN_TEXTS", "Batch", "BatchTransform", "Data", "DataBlock", "Facts", "Part",
    "RatingsData", "TextData", "TextStreams", "Tokens", "arrays", "audio", "binaries", "cache_folder", "images",
    "pairs", "random_affine", "random_bend", "random_crop", "random_flip", "random_mask", "random_noise",
    "random_shift", "random_speed", "random_split", "random_warp", "ratings", "series", "text", "traces",
]  # fmt: skip
