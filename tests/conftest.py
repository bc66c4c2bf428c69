"""Fixtures several files of tests share: one browser and one server a session."""

import pytest
from browser import CHROMIUM_ARGUMENTS, chromium, needs_browser, serving, tab
from hypothesis import settings

# The first call of a rule may compile it or read it from the disk; time is not what is tested.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def browser():
    """Chromium; skipped where there is none, which fails in CI."""
    needs_browser()
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The dashboard, as `quartier dashboard` serves it; all files of tests share it."""
    needs_browser()
    with serving(tmp_path_factory.mktemp("dashboard")) as started:
        yield started


@pytest.fixture
def visitor(browser, server):
    """A tab of a visitor nobody else knows; whatever it asks of other hosts fails the test."""
    with tab(browser, server) as opened:
        yield opened
        opened.fine()
