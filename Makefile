# make help says what each target does.
PYTHON ?= python3
VENV   ?= .venv
STUDY  ?= studies/default.yml
CORPUS ?=
BIN     = $(VENV)/bin
LOWEST  = $(or $(TMPDIR),/tmp)/cstolib-lowest

.PHONY: help setup report test lab bench lock lowest audit clean

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

lowest:          ## the tests with the lowest direct dependencies that pyproject.toml allows (needs uv)
	uv pip compile --python-version 3.11 --resolution lowest-direct --extra dev --extra scale --no-header --quiet pyproject.toml -o $(LOWEST)/requirements.txt
	uv venv --quiet --clear --python 3.11 $(LOWEST)/venv
	uv pip install --quiet --python $(LOWEST)/venv/bin/python -r $(LOWEST)/requirements.txt
	uv pip install --quiet --python $(LOWEST)/venv/bin/python --no-deps --editable .
	NUMBA_CACHE_DIR=$(LOWEST)/numba $(LOWEST)/venv/bin/python -m pytest --deselect tests/test_dependencies.py::test_the_lock_keeps_to_the_bounds_and_is_what_is_installed

audit: setup     ## known faults of the locked versions, from the OSV database (needs the network)
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip install --quiet pip-audit
	$(VENV)/audit/bin/pip-audit --vulnerability-service osv --disable-pip --require-hashes -r requirements.lock

clean:           ## remove what the targets made (never data/raw)
	rm -rf $(VENV) data/processed/* reports
