"""What happens to one resident in one month: a file a process.

Every rule is a function of plain numbers, without state and without randomness of its own: the
uniform numbers `u…` it needs are handed in. Each is compiled, and each runs as plain Python
through `.py_func`; both give the same bits, since rules only add, multiply, compare and look up.
"""
