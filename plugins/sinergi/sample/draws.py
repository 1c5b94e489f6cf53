"""Chance that belongs to a row: the same row of the same sample always draws the same, in any file and any order."""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl

_GOLDEN, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
Mask = np.ndarray


class Draws:
    """Draws of rows by their keys.

    Args:
        keys: One text a row; equal keys draw equally.
        seed: Of the sample.
        source_id: Sources draw apart from each other.
    """

    def __init__(self, keys: pl.Series, seed: int, source_id: str):
        start = zlib.crc32(f"{seed}/{source_id}".encode())
        self._rows = np.fromiter((zlib.crc32(key.encode(), start) for key in keys.to_list()), np.uint64, len(keys))

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, order: np.ndarray) -> Draws:
        """Give the draws of these rows, in this order."""
        taken = copy.copy(self)
        taken._rows = self._rows[order]
        return taken

    def integers(self, purpose: str) -> np.ndarray:
        """Draw 64 bits a row (splitmix64 of the row and the purpose)."""
        with np.errstate(over="ignore"):
            mixed = (self._rows << np.uint64(32)) ^ np.uint64(zlib.crc32(purpose.encode()))
            mixed = mixed * _GOLDEN + _GOLDEN
            mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
            mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
            return mixed ^ (mixed >> np.uint64(31))

    def chance(self, purpose: str) -> np.ndarray:
        """Draw a number from 0 to below 1 a row."""
        return (self.integers(purpose) >> np.uint64(11)).astype(np.float64) / 2.0**53

    def below(self, purpose: str, limit: int | np.ndarray) -> np.ndarray:
        """Draw an integer from 0 to below `limit` a row."""
        return (self.chance(purpose) * limit).astype(np.int64)

    def pick(self, purpose: str, shares: Mapping[str, float], rest: str = "") -> np.ndarray:
        """Draw one name a row by its share; `rest` where the shares leave room.

        Returns:
            Array of positions in `[*shares, rest]`.
        """
        steps = np.cumsum(list(shares.values()))
        return np.searchsorted(steps, self.chance(purpose), side="right")


def edit(text: pl.Series, mask: Mask, change: Callable[[pl.Series, Mask], pl.Series | str | None]) -> pl.Series:
    """Change the rows of a mask; `change` is given their text and their positions."""
    rows = np.flatnonzero(mask)
    if not len(rows):
        return text
    return text.clone().scatter(rows, change(text.gather(rows), rows))  # scatter itself works in place


def one_of(words: Sequence[str | None], places: np.ndarray) -> pl.Series:
    """Take one word a row."""
    return pl.Series(list(words), dtype=pl.String).gather(places)
