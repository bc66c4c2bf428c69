"""Drafting a plan without a file: cards of measures, their usual costs, budget, file and link.

Plain values and pure functions; nothing here knows a browser.
"""
