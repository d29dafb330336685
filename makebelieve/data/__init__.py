"""Step 1: data. Doors (`images`, `arrays`) over one `DataBlock`; both give a `Data`."""

from __future__ import annotations

from makebelieve.data.arrays import arrays
from makebelieve.data.augment import BatchTransform, random_affine, random_crop, random_flip
from makebelieve.data.batch import Batch
from makebelieve.data.block import DataBlock
from makebelieve.data.data import Data, Facts
from makebelieve.data.download import cache_folder
from makebelieve.data.images import images
from makebelieve.data.known import KNOWN
from makebelieve.data.part import Part
from makebelieve.data.split import random_split

__all__ = [
    "KNOWN", "Batch", "BatchTransform", "Data", "DataBlock", "Facts", "Part", "arrays", "cache_folder", "images",
    "random_affine", "random_crop", "random_flip", "random_split",
]  # fmt: skip
