"""Random numbers: published answers, uniformity, independence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim import draws
from sim.compiled import compiled

# Known answers of Philox4x32-7, from the test vectors of Random123 1.09.
KNOWN = [
    ((0, 0, 0, 0, 0, 0), (0x5F6FB709, 0x0D893F64, 0x4F121F81, 0x4F730A48)),
    ((0xFFFFFFFF,) * 6, (0x5207DDC2, 0x45165E59, 0x4D8EE751, 0x8C52F662)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
        (0x4DFCCABA, 0x190A87F0, 0xC47362BA, 0xB6B5242A),
    ),
]
NUMBER = 200_000
SMALLEST_P = 1e-4


@compiled
def _many(seeds, uids, months, block):
    found = np.empty((uids.shape[0], 4))
    for i in range(uids.shape[0]):
        a, b, c, d = draws.uniforms(seeds[i], uids[i], months[i], block)
        found[i, 0] = a
        found[i, 1] = b
        found[i, 2] = c
        found[i, 3] = d
    return found


def many(seed=1, uid=None, month=7, block=draws.LIFE, number=NUMBER):
    ones = np.ones(number, np.uint64)
    uids = np.arange(number, dtype=np.uint64) if uid is None else np.asarray(uid, np.uint64)
    return _many(ones * np.uint64(seed), uids, np.full(number, month), block)


@pytest.mark.parametrize(("counter_and_key", "answer"), KNOWN)
@pytest.mark.parametrize("plain", [False, True])
def test_generator_gives_the_published_answers(counter_and_key, answer, plain):
    generator = draws.philox.py_func if plain else draws.philox
    words = generator(*(np.uint64(word) for word in counter_and_key))
    assert tuple(int(word) for word in words) == answer


@given(
    seed=st.integers(0, 2**64 - 1),
    uid=st.integers(0, 2**64 - 1),
    month=st.integers(0, 2000),
    block=st.integers(0, 14),
)
def test_plain_python_and_compiled_agree_and_stay_in_the_unit_interval(seed, uid, month, block):
    arguments = (np.uint64(seed), np.uint64(uid), month, block)
    numbers = draws.uniforms(*arguments)
    assert numbers == draws.uniforms.py_func(*arguments)
    assert all(0.0 <= number < 1.0 for number in numbers)


@pytest.mark.parametrize("word", range(4))
def test_uniform_over_neighbouring_uids(word):
    found = many()[:, word]
    assert stats.kstest(found, "uniform").pvalue > SMALLEST_P
    counts, _ = np.histogram(found, 1000, (0, 1))
    assert stats.chisquare(counts).pvalue > SMALLEST_P


def _pairs():
    base = many()
    yield "decisions of one block", base[:, 0], base[:, 1]
    yield "decisions of two blocks", base[:, 0], many(block=draws.SOCIAL)[:, 0]
    yield "months", base[:, 0], many(month=8)[:, 0]
    yield "neighbours' uids", base[:-1, 0], base[1:, 0]
    yield "seeds", base[:, 0], many(seed=2)[:, 0]
    yield "far seeds", base[:, 0], many(seed=1 + 2**32)[:, 0]


@pytest.mark.parametrize(
    ("what", "one", "other"), list(_pairs()), ids=[pair[0] for pair in _pairs()]
)
def test_independent(what, one, other):
    assert abs(np.corrcoef(one, other)[0, 1]) < 4 / np.sqrt(one.shape[0])
    table, _, _ = np.histogram2d(one, other, bins=20, range=[[0, 1], [0, 1]])
    assert stats.chisquare(table.ravel()).pvalue > SMALLEST_P


def test_months_of_one_resident_are_uniform():
    found = _many(
        np.ones(NUMBER, np.uint64), np.full(NUMBER, 42, np.uint64), np.arange(NUMBER), draws.LIFE
    )
    assert stats.kstest(found[:, 0], "uniform").pvalue > SMALLEST_P


def test_identities_do_not_collide():
    found = {
        int(draws.identity(kind, first, second, 3))
        for kind in range(1, 7)
        for first in range(100)
        for second in range(100)
    }
    assert len(found) == 6 * 100 * 100


def test_named_draw_depends_on_nothing_but_seed_number_and_name():
    numbers = [draws.uniform_for_name(5, number, "visit_probability") for number in range(2000)]
    assert numbers == [
        draws.uniform_for_name(5, number, "visit_probability") for number in range(2000)
    ]
    assert stats.kstest(numbers, "uniform").pvalue > SMALLEST_P
    others = [draws.uniform_for_name(5, number, "visit_hours") for number in range(2000)]
    assert abs(np.corrcoef(numbers, others)[0, 1]) < 4 / np.sqrt(2000)
