"""Try the modeller's view: make its environment, start it, step the model in Chromium, look.

    python docs/viewer/try_out.py                    # in the environment of the tests (playwright)
    python docs/viewer/try_out.py --steps 24 --picture /tmp/viewer.png

The environment is made once, in `.venv-viewer` (about 1.3 GB, most of it Solara's files for the
browser). It fails if a step does not move the model, if a plot does not change, if a script fails
or if the page asks another host.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = ROOT / "docs" / "viewer"
ENVIRONMENT = ROOT / ".venv-viewer"
PICTURE = ROOT / "results" / "screenshots" / "viewer.png"
SETTINGS = {
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",  # it is on by default
    "SOLARA_MODE": "production",
}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PATIENCE = 180
"""Seconds waited for anything; the first start compiles the rules."""
PLOTS = "() => Array.from(document.querySelectorAll('img')).map((one) => one.src)"
PLOTS_WANTED = 3


def environment(folder: Path) -> Path:
    """The environment's folder of programs; made if it is not complete."""
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    ready = folder / ".ready"
    pins = (HERE / "requirements.txt").read_text(encoding="utf-8")
    if ready.is_file() and ready.read_text(encoding="utf-8") == pins:
        return programs
    print(f"Making {folder} …", flush=True)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [str(programs / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "-r", str(HERE / "requirements.txt")], check=True)
    # Without its needs: those of the dashboard cannot be met beside Vue 2.
    subprocess.run([*pip, "--no-deps", "-e", str(ROOT)], check=True)
    ready.write_text(pins, encoding="utf-8")
    return programs


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(programs: Path) -> Iterator[str]:
    """The view, served; its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        process = subprocess.Popen(
            [str(programs / "solara"), "run", str(HERE / "viewer.py"), "--no-open", "--production",
             "--host", "127.0.0.1", "--port", str(port)],
            stdout=log, stderr=subprocess.STDOUT, cwd=ROOT, env={**os.environ, **SETTINGS},
        )  # fmt: skip
        try:
            wait_for(address, process)
            yield address
        except BaseException:
            log.seek(0)
            sys.stderr.write(log.read()[-3000:])
            raise
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    raise SystemExit("the view did not start")


def look(browser: Any, address: str, steps: int, picture: Path) -> list[str]:
    """Step the model in the browser; what is wrong."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE * 1000)
    wrong: list[str] = []
    host = urlsplit(address).netloc

    def note(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != host:
            wrong.append(f"asked another host: {request.url}")

    page.on("request", note)
    page.on("websocket", note)
    page.on("pageerror", lambda error: wrong.append(f"a script failed: {error}"))
    page.goto(address)
    page.wait_for_selector("text=Step: 0")
    page.wait_for_function(f"() => ({PLOTS})().length >= {PLOTS_WANTED}")
    before = page.evaluate(PLOTS)
    for step in range(1, steps + 1):
        page.get_by_role("button", name="Step", exact=True).click()
        page.wait_for_selector(f"text=/^Step: {step}$/")
    page.wait_for_function(
        f"(before) => ({PLOTS})().filter((one) => !before.includes(one)).length >= {PLOTS_WANTED}",
        arg=before,
    )
    picture.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=picture, full_page=True)
    return wrong


def chromium() -> str:
    """The browser's program."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = os.environ.get("QUARTIER_CHROMIUM") or next(filter(None, map(shutil.which, names)), "")
    if not found:
        raise SystemExit("no Chromium found: install it, or set QUARTIER_CHROMIUM")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Make, start, step, look."""
    parser = argparse.ArgumentParser(description="Try the modeller's view in a browser.")
    parser.add_argument("--environment", type=Path, default=ENVIRONMENT)
    parser.add_argument("--steps", type=int, default=12, help="months")
    parser.add_argument("--picture", type=Path, default=PICTURE)
    asked = parser.parse_args(arguments)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is needed

    with serving(environment(asked.environment)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            wrong = look(browser, address, asked.steps, asked.picture)
        finally:
            browser.close()
    for text in wrong:
        print(text)
    if not wrong:
        print(
            f"{asked.steps} steps, {PLOTS_WANTED} plots drawn anew, no other host: {asked.picture}"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
