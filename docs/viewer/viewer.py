"""A modeller's view of the running model with Mesa's own SolaraViz.

Needs an environment of its own, since SolaraViz wants other pins than the rest of the project:

    python3 -m venv .venv-viewer
    .venv-viewer/bin/pip install -c docs/viewer/constraints.txt -e . "mesa[viz]"
    .venv-viewer/bin/solara run docs/viewer/viewer.py
"""

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

Page = SolaraViz(
    QuartierModel("herrenberg", "reference", 1),
    components=[
        make_plot_component({"in_need": "tab:blue", "at_home": "tab:green"}),
        make_plot_component("lonely"),
        make_plot_component("missing_minutes"),
    ],
    model_params=MODEL_PARAMETERS,
    name="Herrenberg",
)
