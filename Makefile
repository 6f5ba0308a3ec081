# make help says what each target does.
PYTHON ?= python3
VENV   ?= .venv
STUDY  ?= studies/default.yml
CORPUS ?=
BIN     = $(VENV)/bin

.PHONY: help setup report test lab bench lock lint clean

help:            ## what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 10

setup: $(VENV)/.ready  ## make the environment (.venv) from the hashed lock file

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "cstolib needs Python 3.11, 3.12 or 3.13: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

report: setup    ## run the whole study: reports/<study>/report.html (CORPUS=folder for your texts)
	$(BIN)/cstolib run $(STUDY) $(if $(CORPUS),--corpus "$(CORPUS)")

test: setup      ## lint, types and tests
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

lab: setup       ## open JupyterLab on the notebooks
	$(BIN)/jupyter lab notebooks/start.ipynb

bench: setup     ## measure against peers and gold, and write the tables of docs/ and README
	$(BIN)/python -m benchmarks

lock:            ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev --extra scale --quiet pyproject.toml -o requirements.lock

clean:           ## remove what the targets made (never data/raw)
	rm -rf $(VENV) data/processed/* reports
