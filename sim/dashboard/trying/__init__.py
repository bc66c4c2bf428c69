"""Trying out: the sliders of a plan, the assumptions worth doubting, and what was tried before."""
