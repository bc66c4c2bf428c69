"""The month once more, as vectorised NumPy over the columns: the same rules, the same draws.

What a good programmer gets without a compiler: every rule of `sim.rules` written as expressions
over whole columns, every draw of a block at once. The arithmetic is in the same order, so the
results are the same bits (`tests/test_benchmarks.py` compares every column, count and euro), and
its time says what compiling is worth, rule for rule.

A file a stage, in the order of `sim/stages`: `life`, `company`, `meeting`, `care`, `coming`,
`counting`; `draws` is the generator, `model` the calendar.
"""
