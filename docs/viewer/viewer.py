"""A modeller's view of the running model with Mesa's own SolaraViz; not the dashboard.

It needs an environment of its own: SolaraViz is written for Vue 2, the dashboard for Vue 3. The
pins are in `requirements.txt`; `try_out.py` makes the environment, opens the view and steps it.

    python docs/viewer/try_out.py
    SOLARA_TELEMETRY_MIXPANEL_ENABLE=false .venv-viewer/bin/solara run docs/viewer/viewer.py
"""

from collections.abc import Callable

from matplotlib.axes import Axes
from mesa.visualization import Slider, SolaraViz, make_plot_component

from sim.model import QuartierModel

MODEL_PARAMETERS = {
    "town": "herrenberg",
    "plan": {
        "type": "Select",
        "value": "reference",
        "values": ["reference", "meeting_point", "care_service"],
        "label": "Plan",
    },
    "seed": Slider("Seed", value=1, min=1, max=100, step=1),
}


def titled(title: str) -> Callable[[Axes], None]:
    """What is counted, from zero and with room above."""

    def label(axes: Axes) -> None:
        axes.set_title(title)
        axes.set_ylim(0, axes.dataLim.ymax * 1.1)

    return label


Page = SolaraViz(
    QuartierModel("herrenberg", "reference", 1),
    components=[
        make_plot_component(
            {"in_need": "tab:blue", "at_home": "tab:green"},
            post_process=titled("People in need of care, and those of them at home"),
        ),
        make_plot_component("lonely", post_process=titled("Lonely people")),
        make_plot_component(
            "missing_minutes", post_process=titled("Missing minutes of care a week")
        ),
    ],
    model_params=MODEL_PARAMETERS,
    name="Herrenberg, a step is a month",
)
