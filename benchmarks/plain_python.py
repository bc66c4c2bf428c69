"""Rules and draws as plain Python: the very lines that are compiled, run by the interpreter."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from types import FunctionType, SimpleNamespace
from typing import Any

import numpy as np

import sim.rules
from sim import draws

Uniforms = Callable[[int, int, int, int], tuple[float, float, float, float]]


def plain(function: Any) -> Any:
    """A compiled function as plain Python.

    `function.py_func` is plain itself, but not what it looks up in its module: other compiled
    functions, and constants that are NumPy's numbers. Both are replaced here, so that nothing
    compiled is left and all arithmetic is that of Python's own integers and floats.
    """
    source = getattr(function, "py_func", function)
    names = dict(source.__globals__)
    for name in source.__code__.co_names:
        value = names.get(name)
        if hasattr(value, "py_func"):
            names[name] = plain(value)
        elif isinstance(value, np.generic):
            names[name] = value.item()
    return FunctionType(source.__code__, names, source.__name__)


def plain_rules() -> SimpleNamespace:
    """Every rule of `sim.rules` by its name, as plain Python."""
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(sim.rules.__path__, "sim.rules."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if getattr(value, "py_func", None) is None or value.py_func.__module__ != module.name:
                continue
            if name in found:
                raise ValueError(f"two rules are called {name}")
            found[name] = plain(value)
    return SimpleNamespace(**found)


_philox = plain(draws.philox)
_MASK = 0xFFFFFFFF


def uniforms(seed: int, uid: int, month: int, block: int) -> tuple[float, float, float, float]:
    """What `sim.draws.uniforms` gives, with Python's integers."""
    w0, w1, w2, w3 = _philox(uid & _MASK, uid >> 32, month, int(block), seed & _MASK, seed >> 32)
    return w0 * draws.UNIT, w1 * draws.UNIT, w2 * draws.UNIT, w3 * draws.UNIT


def compiled_uniforms(
    seed: int, uid: int, month: int, block: int
) -> tuple[float, float, float, float]:
    """The same by the compiled generator, called once a draw: quicker, the same bits."""
    found: tuple[float, float, float, float] = draws.uniforms(
        np.uint64(seed), np.uint64(uid), month, block
    )
    return found


def identity(kind: int, first: int, second: int, third: int) -> int:
    """What `sim.draws.identity` gives, as a Python integer."""
    return int(_identity(kind, first, second, third))


_identity = plain(draws.identity)


def plain_tables(tables: Any) -> Any:
    """A named tuple of arrays as one of nested lists, and numbers as Python's own."""
    return tables._replace(**{name: getattr(tables, name).tolist() for name in tables._fields})


def plain_parameters(record: Any) -> SimpleNamespace:
    """A NumPy record as a namespace of Python's numbers and lists."""
    return SimpleNamespace(
        **{name: np.asarray(record[name]).tolist() for name in record.dtype.names}
    )
