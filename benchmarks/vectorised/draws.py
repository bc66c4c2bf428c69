"""Philox4x32-7 over a column of identities: the draws of `sim.draws`, a block at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.draws import IDENTITY, MULTIPLIER_0, MULTIPLIER_1, SHIFT, UNIT, WEYL_0, WEYL_1

Words = NDArray[np.uint64]
Floats = NDArray[np.float64]

MASK = np.uint64(0xFFFFFFFF)
ROUNDS = 7
CHUNK = 8192
"""Identities at once: six arrays of 64 KiB stay in the cache of a core."""


def philox(counter: tuple[Words, Words, Words, Words], key: tuple[int, int]) -> list[Words]:
    """Four words of 32 bits (as uint64) for each counter.

    Args:
        counter: four arrays of shape (rows,) below 2**32; they are used up.
        key: two numbers below 2**32.
    """
    c0, c1, c2, c3 = counter
    high, low = np.empty_like(c0), np.empty_like(c0)
    k0, k1 = (np.uint64(word) for word in key)
    for _ in range(ROUNDS):
        # c1 and c3 become the low halves of the products, c0 and c2 the mixed high halves.
        np.multiply(c2, MULTIPLIER_1, out=low)
        np.right_shift(low, SHIFT, out=high)
        np.bitwise_xor(high, c1, out=high)
        np.bitwise_and(low, MASK, out=c1)
        np.multiply(c0, MULTIPLIER_0, out=low)
        np.bitwise_xor(high, k0, out=c0)
        np.right_shift(low, SHIFT, out=high)
        np.bitwise_xor(high, c3, out=high)
        np.bitwise_and(low, MASK, out=c3)
        np.bitwise_xor(high, k1, out=c2)
        k0, k1 = (k0 + WEYL_0) & MASK, (k1 + WEYL_1) & MASK
    return [c0, c1, c2, c3]


def uniforms(seed: Any, uid: Words, month: int, block: int) -> tuple[Floats, ...]:
    """Four uniform numbers in [0, 1) for each identity, each of shape (rows,)."""
    rows = uid.shape[0]
    found = tuple(np.empty(rows) for _ in range(4))
    key = int(seed) & 0xFFFFFFFF, int(seed) >> 32
    for first in range(0, rows, CHUNK):
        part = uid[first : first + CHUNK]
        counter = (
            part & MASK,
            part >> SHIFT,
            np.full(part.shape[0], month, np.uint64),
            np.full(part.shape[0], block, np.uint64),
        )
        for word, numbers in zip(philox(counter, key), found, strict=True):
            np.multiply(word, UNIT, out=numbers[first : first + CHUNK])
    return found


def identities(kind: int, first: Any, second: Any, third: Any) -> Words:
    """Identities from a kind and three numbers, as `sim.draws.identity` gives them.

    Args:
        kind: of the identity.
        first, second, third: numbers or arrays of them; their lower 32 bits count.
    """
    parts = np.broadcast_arrays(*(np.asarray(one, np.uint64) for one in (first, second, third)))
    counter = [np.atleast_1d(part & MASK) for part in parts]
    last = np.full(counter[0].shape, IDENTITY, np.uint64)
    w0, w1, _, _ = philox((counter[0], counter[1], counter[2], last), (kind, 0))
    return (w1 << SHIFT) | w0
