"""Random numbers as a pure function of (seed, resident, month, decision).

The generator is Philox4x32-7 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as
1, 2, 3", SC11, 2011), a counter-based generator that passes all of TestU01's SmallCrush, Crush
and BigCrush with 7 rounds and more. The counter is (uid low, uid high, month, block), the key is
the seed; one call gives four words of 32 bits, each of which belongs to one named decision.

There is no state: nothing depends on the order of rows, on threads or on what was drawn before,
so two plans share every coincidence (common random numbers).
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled, inside

# Blocks of four words; the names of the words stand beside them. A decision is a block and a
# place in it. Never renumber a block: results would move. A bare 0 is a type of its own to the
# compiler: what draws would be compiled once for every block.
LIFE = np.int64(0)  # death, moving away, care grade, birth (under 50) or mobility
SOCIAL = np.int64(1)  # hearing of a meeting point, visiting, weekly or once, loneliness
ENGAGEMENT = np.int64(2)  # volunteering, in the quarter, withdrawal, strain
CARE = np.int64(3)  # asking for a nursing home, lot in its queue, home out of town, unused
SUPPORT = np.int64(4)  # reached by outreach, reconnected, prevention, dwelling or course
PRIORITY = np.int64(5)  # seat in a meeting point, neighbourly help, ambulatory service, day care
PERSON = np.int64(6)  # month 0, for life: need; who cares: household, child and kin, partner
NEWCOMER = np.int64(7)  # age and sex, partner, children, place
NEWCOMER_TRAITS = np.int64(8)  # education, care grade, dwelling and internet, loneliness
NEWCOMER_TIES = np.int64(9)  # acquaintances one to four
NEWBORN = np.int64(10)  # sex, readiness for a service, for day care (of newcomers as well)
ARRIVALS = np.int64(11)  # number of newcomers of a district
POPULATION = np.int64(12)  # readiness of founding residents for a service, for day care
IDENTITY = np.int64(13)  # uids
NEWCOMER_FAMILY = np.int64(14)  # volunteering, child in reach, mobility, migration background

MASK = np.uint64(0xFFFFFFFF)
SHIFT = np.uint64(32)
MULTIPLIER_0 = np.uint64(0xD2511F53)
MULTIPLIER_1 = np.uint64(0xCD9E8D57)
WEYL_0 = np.uint64(0x9E3779B9)
WEYL_1 = np.uint64(0xBB67AE85)
UNIT = 1.0 / 4294967296.0


@compiled
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> tuple[Any, Any, Any, Any]:
    """Four 32-bit words (as uint64) from a counter of four words and a key of two.

    Args: all uint64 below 2**32. Seven rounds, as published for Philox4x32-7. No product or sum
    exceeds 64 bits, so the same lines run as plain Python on NumPy scalars.
    """
    for _ in range(7):
        product_0 = MULTIPLIER_0 * c0
        product_1 = MULTIPLIER_1 * c2
        c0 = (product_1 >> SHIFT) ^ c1 ^ k0
        c1 = product_1 & MASK
        c2 = (product_0 >> SHIFT) ^ c3 ^ k1
        c3 = product_0 & MASK
        k0 = (k0 + WEYL_0) & MASK
        k1 = (k1 + WEYL_1) & MASK
    return c0, c1, c2, c3


@compiled
def uniforms(seed: Any, uid: Any, month: int, block: int) -> tuple[float, float, float, float]:
    """Four uniform numbers in [0, 1), multiples of 2**-32.

    Args:
        seed: run's seed, uint64.
        uid: identity of the resident (or of whatever decides), uint64.
        month: month number, integer of 0 or more.
        block: one of this module's blocks.
    """
    w0, w1, w2, w3 = philox(
        uid & MASK,
        uid >> SHIFT,
        np.uint64(month),
        np.uint64(block),
        seed & MASK,
        seed >> SHIFT,
    )
    return w0 * UNIT, w1 * UNIT, w2 * UNIT, w3 * UNIT


@inside
def fill_words(
    words: Any, seed: Any, uid_of: Any, first: int, number: int, month: int, block: int
) -> None:
    """The four words of `number` residents from row `first` on, for one block.

    The same words as `uniforms` gives, before they are divided by 2**32; written so plainly that
    the compiler computes several residents at once, which is ten times faster than one by one.

    Args:
        words: filled, uint32, shape (4, at least `number`).
        uid_of: identities by row, uint64.
        Others: see `uniforms`.
    """
    low, high = seed & MASK, seed >> SHIFT
    # All below 2**32 and read from place 0 on: only then the compiler loads and multiplies plainly.
    month_word, block_word = np.uint64(month) & MASK, np.uint64(block) & MASK
    uids = uid_of[first : first + number]
    for place in range(number):
        uid = uids[place]
        w0, w1, w2, w3 = philox(uid & MASK, uid >> SHIFT, month_word, block_word, low, high)
        words[0, place] = w0
        words[1, place] = w1
        words[2, place] = w2
        words[3, place] = w3


@inside
def fill_words_of_two(
    words: Any,
    others: Any,
    seed: Any,
    uid_of: Any,
    first: int,
    number: int,
    month: int,
    block: int,
    other_block: int,
) -> None:
    """The words of two blocks at once, as `fill_words` gives them one after the other.

    Both begin with the same product, and while the processor waits for one it computes the other:
    a fifth less time.

    Args:
        words, others: filled with `block` and `other_block`, uint32, shape (4, at least `number`).
        Others: see `fill_words`.
    """
    low, high = seed & MASK, seed >> SHIFT
    month_word = np.uint64(month) & MASK
    block_word, other_word = np.uint64(block) & MASK, np.uint64(other_block) & MASK
    uids = uid_of[first : first + number]
    for place in range(number):
        uid = uids[place]
        w0, w1, w2, w3 = philox(uid & MASK, uid >> SHIFT, month_word, block_word, low, high)
        v0, v1, v2, v3 = philox(uid & MASK, uid >> SHIFT, month_word, other_word, low, high)
        words[0, place] = w0
        words[1, place] = w1
        words[2, place] = w2
        words[3, place] = w3
        others[0, place] = v0
        others[1, place] = v1
        others[2, place] = v2
        others[3, place] = v3


@compiled
def identity(kind: int, first: Any, second: Any, third: Any) -> Any:
    """A 64-bit identity from a kind and three 32-bit numbers; the same in every scenario."""
    w0, w1, _, _ = philox(
        np.uint64(first) & MASK,
        np.uint64(second) & MASK,
        np.uint64(third) & MASK,
        np.uint64(IDENTITY),
        np.uint64(kind),
        np.uint64(0),
    )
    return (w1 << SHIFT) | w0


def uniform_for_name(seed: int, number: int, name: str) -> float:
    """A uniform number in (0, 1) for a named assumption in draw `number` of a study.

    A function of nothing but its arguments: another assumption more or less moves nobody.
    """
    first, second, length = (np.uint64(word) for word in key_of_name(name))
    w0, w1, _, _ = philox(first, second, np.uint64(number), length, *_halves(seed))
    return (float(int(w0) * 2**21 + (int(w1) >> 11)) + 0.5) / 2**53


def uniforms_for_names(seed: int, number: int, keys: NDArray[np.uint64]) -> NDArray[np.float64]:
    """`uniform_for_name` of many names at once.

    Args:
        keys: of the names, see `key_of_name`, shape (3, names).
    """
    first, second, length = keys
    w0, w1, _, _ = philox.py_func(first, second, np.uint64(number), length, *_halves(seed))
    found: NDArray[np.float64] = (w0 << np.uint64(21)) + (w1 >> np.uint64(11)) + 0.5
    return found / 2.0**53


def key_of_name(name: str) -> tuple[int, int, int]:
    """What draws know a name by."""
    word = name.encode()
    return zlib.crc32(word), zlib.adler32(word), len(name)


def _halves(seed: int) -> tuple[np.uint64, np.uint64]:
    """Lower and upper 32 bits of a seed."""
    return np.uint64(seed & 0xFFFFFFFF), np.uint64((seed >> 32) & 0xFFFFFFFF)
