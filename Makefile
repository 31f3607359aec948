# The two commands: `make serve` and `make test`. `make` alone lists all.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
FACTS ?= ../shared/facts.csv
export ZYMAP_FACTS ?= $(wildcard $(abspath $(FACTS)))

.DEFAULT_GOAL := help
.PHONY: help serve test test-clients faults check fmt wheel-test bench bench-peers drill soak build browser postgres install clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

serve: $(VENV)/.run ## Set up and serve the map and the API on the bundled data
	$(BIN)/zymap serve

test: $(VENV)/.dev browser postgres ## Set up and run all tests
	$(BIN)/python -m pytest -n 2

test-clients: $(VENV)/.dev browser ## Read the API with GDAL, QGIS, OWSLib, MapLibre, OpenLayers and Leaflet; installs Debian's gdal-bin and python3-qgis
	@sh tests/install_clients.sh
	cd tests/clients/readers && PATH="$(abspath $(BIN)):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	$(BIN)/python -m pytest tests/clients

faults: $(VENV)/.dev postgres ## Kill every command that writes, 200 times in all, at random moments
	ZYMAP_FAULT_ROUNDS=34 $(BIN)/python -m pytest -n 2 -m faults

check: $(VENV)/.dev ## Lint, format, types, import contract, data
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports
	cd web/typecheck && PATH="$(abspath $(BIN)):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	cd web/typecheck && PATH="$(abspath $(BIN)):$$PATH" npx tsc --project .
	$(BIN)/zymap validate

wheel-test: $(VENV)/.dev ## Build the wheel and drive it where there is no checkout
	$(BIN)/python tests/drive_wheel.py

fmt: $(VENV)/.dev ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev ## Measure against a bare endpoint; ratios are printed
	$(BIN)/python -m benchmarks.serving
	$(BIN)/python -m benchmarks.filters
	$(BIN)/python -m benchmarks.export
	$(BIN)/python -m benchmarks.shapefile
	$(BIN)/python -m benchmarks.tiles --features 100000
	$(BIN)/python -m benchmarks.panning --features 100000
	$(BIN)/python -m benchmarks.first_view
	$(BIN)/python -m benchmarks.starting

bench-peers: $(VENV)/.dev ## Measure beside tipg, pygeoapi, MapServer and QGIS Server; installs them where possible
	$(BIN)/python -m benchmarks.peers

drill: $(VENV)/.dev postgres ## Kill database servers and zymap processes under load; the report goes into docs/scale.md
	@sh tests/install_haproxy.sh
	$(BIN)/python -m benchmarks.drill --write

SECONDS ?= 600
soak: $(VENV)/.dev ## Read at 64 connections for SECONDS while the layers are loaded anew underneath
	$(BIN)/python -m benchmarks.soak --seconds $(SECONDS)

build: $(VENV)/.dev ## Build sdist and wheel into dist/
	$(BIN)/python -m build

install: $(VENV)/.dev ## Set up everything a developer needs, git hooks too
	$(BIN)/pre-commit install

browser: ## Install Chromium and a CJK font from Debian's packages, where missing and possible
	@sh tests/install_browser.sh

postgres: ## Install PostgreSQL with PostGIS from Debian's packages, where missing and possible
	@sh tests/install_postgres.sh

clean: ## Remove what the targets made
	rm -rf $(VENV) .peers dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache test-results

$(VENV)/.run: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "zymap needs Python 3.11 or newer; set PYTHON=python3.x"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --editable '.[postgis,siting]' --group dev
	touch $@
