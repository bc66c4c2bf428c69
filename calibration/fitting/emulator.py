"""Emulators: what the model would say of a figure, and how sure that is, without running it.

One for each figure. Few assumptions move a figure, so they are looked for first, one after the
other, as long as the next is clearly no luck (|t| above 3.5). A straight line in those takes most
of what there is; a Gaussian process (scikit-learn) takes the rest, with chance, and all assumptions
that are no input, as its noise.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.extras import needed

Array = NDArray[np.float64]

CLEAR = 3.5
"""t value of an assumption that clearly moves a figure; by luck one in 2,000 reaches it."""
MOST_INPUTS = 12
FEWEST_RUNS = 20


@dataclass(frozen=True)
class Emulator:
    """Stands in for the model in one figure.

    Attributes:
        inputs: axes of the space that move the figure; empty if none does.
        line: intercept and slope of each input, shape (1 + inputs,).
        rest: Gaussian process of what the line leaves, in units of `spread`; None without inputs.
        spread: standard deviation of what the line leaves.
        noise: variance of chance and of all assumptions that are no input.
    """

    inputs: tuple[int, ...]
    line: Array
    rest: Any
    spread: float
    noise: float

    def __call__(self, scaled: Array) -> tuple[Array, Array]:
        """The figure at points of the space: mean and variance of not having run the model.

        Args:
            scaled: scaled values (`calibration.space.Space.scaled`), shape (points, axes).
        """
        chosen = scaled[:, list(self.inputs)]
        mean = self.line[0] + chosen @ self.line[1:]
        if self.rest is None:
            return mean, np.zeros(len(scaled))
        more, deviation = self.rest.predict(chosen, return_std=True)
        # The library's deviation is that of a run, chance included.
        variance = np.maximum((self.spread * deviation) ** 2 - self.noise, 0.0)
        return mean + self.spread * more, variance


def emulator(scaled: Array, found: Array) -> Emulator:
    """Fit an emulator to runs.

    Args:
        scaled: scaled values of their assumptions, shape (runs, axes).
        found: the figure in each, shape (runs,).
    """
    inputs = moved_by(scaled, found)
    chosen = scaled[:, list(inputs)]
    line = _least_squares(chosen, found)
    left = found - line[0] - chosen @ line[1:]
    spread = float(left.std())
    if not inputs or spread <= 0.0:
        return Emulator(inputs, line, None, 0.0, float(left.var()))
    rest, noise = _gaussian_process(chosen, left / spread)
    return Emulator(inputs, line, rest, spread, noise * spread**2)


def _gaussian_process(chosen: Array, left: Array) -> tuple[Any, float]:
    needed("sklearn")
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    lengths = RBF(np.full(chosen.shape[1], 2.0), (0.3, 30.0))
    kernel = ConstantKernel(0.3, (1e-3, 10.0)) * lengths + WhiteKernel(0.7, (1e-6, 2.0))
    process = GaussianProcessRegressor(kernel, random_state=0)
    with warnings.catch_warnings():
        # A length at its bound says that an input acts along a straight line: nothing is wrong.
        warnings.simplefilter("ignore", ConvergenceWarning)
        process.fit(chosen, left)
    return process, float(process.kernel_.k2.noise_level)


@contextmanager
def one_thread() -> Iterator[None]:
    """While it lasts, linear algebra uses one thread.

    The matrices are small: threads would wait for each other longer than they compute, and add up
    in an order of their own.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


def moved_by(scaled: Array, found: Array) -> tuple[int, ...]:
    """Axes that clearly move a figure, in the order of the space."""
    chosen: list[int] = []
    centred = scaled - scaled.mean(axis=0)
    usable = np.flatnonzero(centred.any(axis=0))
    if not len(usable) or np.ptp(found) <= 0.0:
        return ()
    while len(chosen) < min(MOST_INPUTS, len(found) // 8):
        line = _least_squares(scaled[:, chosen], found)
        left = found - line[0] - scaled[:, chosen] @ line[1:]
        others = [axis for axis in usable if axis not in chosen]
        if not others or left.std() <= 1e-12 * max(1.0, abs(float(found.mean()))):
            break
        correlation = np.array([_correlation(centred[:, axis], left) for axis in others])
        best = int(np.argmax(np.abs(correlation)))
        freedom = len(found) - len(chosen) - 2
        r = float(correlation[best])
        if abs(r) < 1.0 and abs(r) * np.sqrt(freedom / (1.0 - r**2)) < CLEAR:
            break
        chosen.append(int(others[best]))
    return tuple(sorted(chosen))


def _correlation(x: Array, y: Array) -> float:
    return float(x @ (y - y.mean()) / np.sqrt((x @ x) * ((y - y.mean()) ** 2).sum()))


def _least_squares(chosen: Array, found: Array) -> Array:
    design = np.column_stack([np.ones(len(found)), chosen])
    return np.asarray(np.linalg.lstsq(design, found, rcond=None)[0], dtype=np.float64)


@dataclass(frozen=True)
class Emulators:
    """An emulator for each of several figures.

    Attributes:
        each: in the order of the figures.
    """

    each: tuple[Emulator, ...]

    def __call__(self, scaled: Array) -> tuple[Array, Array]:
        """Mean and variance of each figure, both of shape (points, figures)."""
        found = [one(scaled) for one in self.each]
        return np.stack([mean for mean, _ in found], 1), np.stack([var for _, var in found], 1)

    @property
    def noise(self) -> Array:
        """Variance of chance and of what is no input, shape (figures,)."""
        return np.array([one.noise for one in self.each])

    @property
    def informative(self) -> tuple[int, ...]:
        """Figures that some assumption moves."""
        return tuple(place for place, one in enumerate(self.each) if one.inputs)

    @property
    def inputs(self) -> tuple[int, ...]:
        """Axes that move any figure, in the order of the space."""
        return tuple(sorted({axis for one in self.each for axis in one.inputs}))

    def only(self, chosen: Sequence[int]) -> Emulators:
        """Those of some figures."""
        return Emulators(tuple(self.each[place] for place in chosen))

    def on(self, axes: Sequence[int]) -> Emulators:
        """The same for a space of these axes alone, in their order; no input may be missing."""
        place = {axis: number for number, axis in enumerate(axes)}
        return Emulators(
            tuple(
                replace(one, inputs=tuple(place[axis] for axis in one.inputs)) for one in self.each
            )
        )


def emulators(scaled: Array, found: Array) -> Emulators:
    """Fit an emulator to each figure.

    Args:
        scaled: scaled values of the runs' assumptions, shape (runs, axes).
        found: figures of the runs, shape (runs, figures); runs with a NaN are left out.
    """
    whole = np.isfinite(found).all(axis=1)
    with one_thread():
        return Emulators(
            tuple(emulator(scaled[whole], found[whole, place]) for place in range(found.shape[1]))
        )
