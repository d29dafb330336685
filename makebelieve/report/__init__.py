"""Pages of runs: one self-contained HTML file made from what lies in a run's folder, or in several."""

from __future__ import annotations

from makebelieve.report.callbacks import SaveSamples, SaveTexts, WriteReport
from makebelieve.report.compare import Comparison, compare, comparison
from makebelieve.report.page import write_report

__all__ = ["Comparison", "SaveSamples", "SaveTexts", "WriteReport", "compare", "comparison", "write_report"]
