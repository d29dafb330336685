"""Pages of runs: one self-contained HTML file made from what lies in a run's folder, or in several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from makebelieve.report.compare import Comparison, compare, comparison
from makebelieve.report.page import write_report

if TYPE_CHECKING:
    from makebelieve.report.callbacks import SaveSamples, SaveTexts, WriteReport

__all__ = ["Comparison", "SaveSamples", "SaveTexts", "WriteReport", "compare", "comparison", "write_report"]


def __getattr__(name: str) -> Any:
    """The callbacks are found on first use: they need torch, which reading runs does not."""
    if name in {"SaveSamples", "SaveTexts", "WriteReport"}:
        from makebelieve.report import callbacks

        return getattr(callbacks, name)
    raise AttributeError(name)
