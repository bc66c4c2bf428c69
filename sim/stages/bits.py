"""Marks of many residents as the bits of one number, so that the unmarked cost next to nothing.

Where few of a block are marked, a loop over all places spends its time on those who are not. The
processor compares 64 marks at once and finds the next one that is set; Numba knows neither, so
both stand here in the terms of its compiler.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

MARKS_AT_ONCE = 64

made_of_instructions: Any = intrinsic
"""Decorator of what says itself which instructions it is made of."""


@made_of_instructions
def bits_of_marks(_context: Any, marks: Any, first: Any) -> Any:
    """Which of the 64 marks from place `first` on are set, as bits of a uint64, the lowest first.

    Args:
        marks: uint8, contiguous; at least 64 from `first` on.
        first: place.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        column = context.make_array(signature.args[0])(context, builder, arguments[0])
        together = ir.VectorType(ir.IntType(8), MARKS_AT_ONCE)
        at = builder.bitcast(builder.gep(column.data, [arguments[1]]), together.as_pointer())
        is_set = builder.icmp_unsigned("!=", builder.load(at, align=1), ir.Constant(together, None))
        return builder.bitcast(is_set, ir.IntType(MARKS_AT_ONCE))

    return types.uint64(marks, types.int64), generate


@made_of_instructions
def lowest_bit(_context: Any, _bits: Any) -> Any:
    """Place of the lowest bit that is set in a uint64 other than 0."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate
