"""Solara's settings, the same however the dashboard is started.

Always production mode (the development mode embeds a page of another server), no telemetry (it is
on by default and asks another server for this one's address), no check of versions, no fonts or
themes from elsewhere, and a session that lost its browser is closed after half an hour.
"""

from __future__ import annotations

import os

from sim.dashboard.front.lay_out import ASSETS
from sim.dashboard.serving.documents import LOOK

ENVIRONMENT = {
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_VARIANT": "light",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
    "SOLARA_ASSETS_PROXY_CACHE_DIR": str(ASSETS),
    "SOLARA_KERNEL_CULL_TIMEOUT": "30m",
    "SOLARA_CHECK_HOOKS": "off",
}
"""For what Solara reads when it is first imported."""


def apply() -> None:
    """Set them; before Solara is imported by the environment, afterwards by the objects it made."""
    os.environ.update(ENVIRONMENT)
    from solara.server import settings

    settings.main.mode = "production"
    settings.telemetry.mixpanel_enable = False
    settings.theme.loader = "plain"
    settings.theme.variant = settings.ThemeVariant.light
    settings.assets.fontawesome_enabled = False
    settings.assets.proxy_cache_dir = ASSETS
    settings.assets.extra_locations = [str(LOOK)]
    settings.kernel.cull_timeout = "30m"
