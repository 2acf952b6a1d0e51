"""Encryption algorithm 07: 16 rounds of substitution and permutation with the tables of the user's file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

BITS: Final = 64
MASK: Final = (1 << BITS) - 1
ROUNDS: Final = 16
NIBBLES: Final = range(0, BITS, 4)


class Ea07:
    """The cipher under one key of 8 bytes. ``p[i]`` is where bit ``i`` goes; bit 0 is the lowest."""

    def __init__(self, key: bytes, s1: Sequence[int], s2: Sequence[int], p: Sequence[int]) -> None:
        if len(key) * 8 != BITS:
            raise ValueError(f"a key has 8 bytes, this one has {len(key)}")
        first = _left(int.from_bytes(key, "big") ^ MASK, BITS - 12)
        self.keys = [_left(first, n) for n in range(ROUNDS)]
        self.tables, self.p = (tuple(s1), tuple(s2)), tuple(p)
        self.back = tuple(tuple(table.index(n) for n in range(16)) for table in self.tables)

    def encrypt(self, block: int) -> int:
        """64 bits to 64 bits."""
        for key in self.keys:
            mixed = _substituted(block, key, self.tables)
            block = sum((mixed >> n & 1) << place for n, place in enumerate(self.p))
        return block

    def decrypt(self, block: int) -> int:
        """And back."""
        for key in reversed(self.keys):
            mixed = sum((block >> place & 1) << n for n, place in enumerate(self.p))
            block = _substituted(mixed, key, self.back)
        return block


def _substituted(block: int, key: int, tables: Sequence[Sequence[int]]) -> int:
    """Each nibble through the first table or the second, by the top bit of the same nibble of the key."""
    return sum(tables[key >> at + 3 & 1][block >> at & 0xF] << at for at in NIBBLES)


def _left(word: int, bits: int) -> int:
    return (word << bits | word >> BITS - bits) & MASK
