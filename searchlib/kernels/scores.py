"""Scores as whole numbers, in plain Python; scores.pxd has the same compiled."""

from __future__ import annotations

from typing import Final

__all__ = ["SCORE_SCALE"]

SCORE_SCALE: Final = 1099511627776.0
"""2**40: a score is a multiple of 1 / SCORE_SCALE, so that sums are exact in any order.

Where scores are kept as whole numbers, they are this many times the score.
"""
