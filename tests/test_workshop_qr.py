"""The QR code on the wall, read by another library from what the browser draws."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from sim.dashboard.workshop.place import Place, link, qr_picture


@pytest.mark.parametrize(
    ("host", "text"),
    [
        ("192.168.178.20", "http://192.168.178.20:8765/mit#KTRM-7P4X"),
        ("rathaus-laptop.local", "http://rathaus-laptop.local:8765/mit#KTRM-7P4X"),
        ("fd00::1", "http://[fd00::1]:8765/mit#KTRM-7P4X"),
    ],
)
def test_a_camera_reads_the_link_from_the_picture(visitor, host, text):
    picture = qr_picture(link(Place(host, 8765), "KTRM7P4X"))
    # As large as on the wall, and as small as from the last row.
    for size in (420, 120):
        visitor.page.set_content(f'<img id="code" width="{size}" src="{picture}">')
        drawn = visitor.page.locator("#code").screenshot()
        found = zxingcpp.read_barcodes(Image.open(io.BytesIO(drawn)))
        assert [one.text for one in found] == [text]
