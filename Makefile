# Two commands do everything: `make run` and `make test`. Both set up what they need first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

FRONT := $(VENV)/.front

.PHONY: run test check bench bench-dashboard setup clean

run: $(VENV)/.ready $(FRONT)
	$(BIN)/quartier compare herrenberg
	@echo
	@echo "Das Dashboard öffnen / open the dashboard:  $(BIN)/quartier dashboard"
	@echo "oder / or:  $(BIN)/solara run app.py"

test: $(VENV)/.ready-test $(FRONT)-test
	$(BIN)/python -m pytest -q

check: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Measures everything on this machine and writes benchmarks/RESULTS.md, in under 25 minutes once the
# peers' environments are there; `make bench BENCH=--quick` is for trying. A peer that cannot be
# installed is a row of the table.
bench: $(VENV)/.ready-test
	-$(BIN)/python -m benchmarks.environments
	$(BIN)/python -m benchmarks.everything $(BENCH)

# The dashboard in Chromium, the desk alone, thirty phones: about 25 minutes.
bench-dashboard: $(VENV)/.ready-test $(FRONT)-test
	@mkdir -p results
	{ printf '# The dashboard, measured\n\nMade by `make bench-dashboard`; every number was measured in this run.\n\n'; \
	printf '## Pages, the slider, memory\n\n'; $(BIN)/python -m benchmarks.dashboard; \
	printf '\n## The desk alone\n\n'; $(BIN)/python -m benchmarks.slider; \
	printf '\n## Thirty phones\n\n'; $(BIN)/python -m benchmarks.room; } > results/dashboard_measured.md
	mv results/dashboard_measured.md benchmarks/DASHBOARD.md

setup: $(VENV)/.ready

$(VENV)/bin/python:
	$(PYTHON) -c "import sys; sys.exit('Python 3.11 or newer is needed, this is ' + sys.version) if sys.version_info < (3, 11) else None"
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.ready-test: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test,calibration]"
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[test,dev,calibration]"
	touch $@

# Files for the browser. Without npm and without internet they are missing, and so is the dashboard
# alone: everything else runs.
$(FRONT): $(VENV)/.ready sim/dashboard/front/package-lock.json
	$(BIN)/python -m sim.dashboard.front.lay_out && touch $@ || true

$(FRONT)-test: $(VENV)/.ready-test sim/dashboard/front/package-lock.json
	$(BIN)/python -m sim.dashboard.front.lay_out --tests && touch $@ || true

clean:
	rm -rf $(VENV) results sim/dashboard/assets benchmarks/.environments .pytest_cache .mypy_cache .ruff_cache
