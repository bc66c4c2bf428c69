# Two commands do everything: `make run` and `make test`. Both set up what they need first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check bench setup clean

run: $(VENV)/.ready
	$(BIN)/quartier compare herrenberg

test: $(VENV)/.ready-test
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

clean:
	rm -rf $(VENV) results benchmarks/.environments .pytest_cache .mypy_cache .ruff_cache
