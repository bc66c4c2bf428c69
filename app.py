"""The Solara entry: `solara run app.py`. `quartier dashboard` opens the same."""

from sim.dashboard.serving.entry import Layout, Page

__all__ = ["Layout", "Page"]
