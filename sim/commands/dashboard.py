"""`quartier dashboard`: opens the dashboard in the browser."""

from __future__ import annotations

import importlib.util

from sim.commands.terminal import PROBLEMS, Terminal, stop_on_ctrl_c


def dashboard(terminal: Terminal, host: str, port: int, *, browser: bool) -> None:
    """Serve the dashboard until Ctrl-C.

    Args:
        terminal: where the command speaks.
        host: address to listen at.
        port: port to listen at; 0 for any that is free.
        browser: open the page in the browser.
    """
    if importlib.util.find_spec("solara") is None:
        raise terminal.fail(
            PROBLEMS,
            "Für das Dashboard fehlt Solara. Bitte einmal „make run“ oder „pip install -e .“ "
            "ausführen.",
            "The dashboard needs Solara. Please run make run or pip install -e . once.",
        )
    from sim.dashboard.front.lay_out import missing
    from sim.dashboard.serving import starting

    if missing():
        raise terminal.fail(
            PROBLEMS,
            "Dem Dashboard fehlen Dateien für den Browser. Sie werden einmal geholt mit: "
            "python -m sim.dashboard.front.lay_out (braucht npm oder Internet).",
            "The dashboard misses files for the browser. They are fetched once with: "
            "python -m sim.dashboard.front.lay_out (needs npm or the internet).",
        )
    place = starting.prepare(host, port)
    if place is None:
        raise terminal.fail(
            PROBLEMS,
            f"Unter {host}:{port} läuft schon etwas, oder diese Adresse gibt es hier nicht. Bitte "
            "mit --port einen anderen Port wählen.",
            f"Something is running at {host}:{port} already, or there is no such address here. "
            "Please choose another port with --port.",
        )
    terminal.show(terminal.say("Das Dashboard steht unter", "The dashboard is at"))
    terminal.show(f"  {place.address}")
    if place.code:
        terminal.message(
            f"Wer diesen Rechner im Netz erreicht, braucht den Code {place.code}. Teilnehmende der "
            f"Werkstatt brauchen ihn nicht, sie gehen auf {place.participants}.",
            f"Whoever reaches this computer over the network needs the code {place.code}. "
            f"Participants of a workshop do not, they go to {place.participants}.",
        )
    terminal.message("Beenden mit Strg-C.", "Stop with Ctrl-C.")
    with stop_on_ctrl_c() as stopped:
        starting.serve(place, stopped, browser=browser)
    terminal.message("Beendet.", "Stopped.")
