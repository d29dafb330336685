"""What figures of pictures say together, in sentences: coverage and class mass decide, never precision."""

from __future__ import annotations

from collections.abc import Mapping

from makebelieve.figures import FLOOR
from makebelieve.messages import say

# Against what real pictures get in place of samples:
COVERED = 0.5  # share of their coverage below which a good part of the data is missing
VARIED = 0.7  # share of their distances within a class below which pictures of a class are too alike
FAR = 3.0  # times their Fréchet distance above which samples can be told from real pictures
COPIED = 0.05  # share of near copies, of which held-out pictures have 0.01


def verdict(values: Mapping[str, float], distance: str, classes: int | None) -> list[str]:
    """One sentence for each trouble, or one that there is none.

    Args:
        values: figures of `PictureJudge`, with their floors.
        distance: name of the Fréchet distance among them.
        classes: how many there are in real pictures; None where the features tell none.
    """
    told = []
    coverage, covered = values["coverage"], values["coverage" + FLOOR]
    shown = {"coverage": f"{coverage:.2f}", "floor": f"{covered:.2f}", "precision": f"{values['precision']:.2f}"}
    missing = classes is not None and values["classes_found"] < classes
    if missing:
        told.append(say("evaluate.classes_missing", found=f"{values['classes_found']:.0f}", classes=classes, **shown))
    elif coverage < COVERED * covered:
        told.append(say("evaluate.little_covered", **shown))
    if values["diversity"] < VARIED:
        told.append(say("evaluate.too_alike", share=f"{values['diversity']:.0%}"))
    if values["copies"] > COPIED:
        told.append(say("evaluate.copies_found", share=f"{values['copies']:.1%}"))
    far = values[distance] / max(values[distance + FLOOR], 1e-12)
    times = {"figure": distance, "value": f"{values[distance]:.3g}", "times": f"{far:.1f}"}
    if not told:
        told.append(say("evaluate.all_there", **shown))
    told.append(say("evaluate.far" if far > FAR else "evaluate.near", **times))
    return told
