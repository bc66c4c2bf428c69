"""`solara run app.py` and `quartier dashboard`: the same page behind the same guard."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from browser import SECONDS, free_port, needs_browser

ROOT = Path(__file__).parent.parent
HERE = {**os.environ, "QUARTIER_MOST_DRAWS": "2", "PYTHONPATH": str(ROOT)}


def answer(address, **headers):
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as told:
            return told.status, dict(told.headers), told.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read().decode()


def started(arguments, address, folder):
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=folder, env=HERE, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    until = time.monotonic() + 4 * SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            answer(address)
        except OSError:
            time.sleep(0.1)
        else:
            break
    return process


def ended(process, how=signal.SIGINT):
    process.send_signal(how)
    try:
        return process.communicate(timeout=SECONDS)[0]
    finally:
        process.kill()


def test_solara_run_has_settings_and_guard(tmp_path):
    needs_browser()
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    arguments = ["-m", "solara", "run", str(ROOT / "app.py"), "--port", str(port), "--no-open"]
    process = started([*arguments, "--host", "127.0.0.1"], address, tmp_path)
    try:
        status, headers, body = answer(address)
        assert status == 200
        assert '<html lang="de">' in body
        assert "solara.production = true" in body
        assert "iframe" not in body
        assert "default-src 'self'" in headers["content-security-policy"]
        assert answer(address, Host="evil.example")[0] == 421
        assert answer(address + "mit")[0] == 200
    finally:
        ended(process, signal.SIGTERM)


def test_quartier_dashboard_serves_and_ends_quietly(tmp_path):
    needs_browser()
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    arguments = ["-m", "sim.cli", "--lang", "de", "dashboard", "--no-browser", "--port", str(port)]
    process = started(arguments, address, tmp_path)
    try:
        assert answer(address)[0] == 200
    finally:
        told = ended(process)
    assert address in told
    assert "Beendet." in told
    assert "Traceback" not in told
    assert "Error" not in told


def test_beyond_this_machine_the_code_is_needed(tmp_path):
    needs_browser()
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    arguments = ["-m", "sim.cli", "--lang", "en", "dashboard", "--no-browser", "--port", str(port)]
    process = started([*arguments, "--host", "0.0.0.0"], address, tmp_path)
    try:
        assert answer(address)[0] == 401
        assert answer(address + "mit")[0] == 200
    finally:
        told = ended(process)
    assert "?code=" in told


def test_a_taken_port_is_one_clear_message(tmp_path):
    needs_browser()
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    arguments = ["-m", "sim.cli", "--lang", "de", "dashboard", "--no-browser", "--port", str(port)]
    process = started(arguments, address, tmp_path)
    try:
        second = subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=HERE, text=True, capture_output=True,
            timeout=4 * SECONDS, check=False,
        )  # fmt: skip
    finally:
        ended(process)
    assert second.returncode == 1
    assert "--port" in second.stderr
    assert "Traceback" not in second.stderr
