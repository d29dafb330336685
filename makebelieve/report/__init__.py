"""The page of a run: one self-contained HTML file made from what lies in the run's folder."""

from __future__ import annotations

from makebelieve.report.callbacks import SaveSamples, SaveTexts, WriteReport
from makebelieve.report.page import write_report

__all__ = ["SaveSamples", "SaveTexts", "WriteReport", "write_report"]
