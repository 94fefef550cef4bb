# From a fresh clone, with only Python 3.11 or newer and make. Everything is kept in .venv/ and var/.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install check test trust bench demo lint types layers lock audit-deps sbom clean

# The first that really runs: a version manager's shim may stand on the path and refuse. `make PYTHON=…` overrides.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
VENV := .venv/bin/python
INSTALLED := .venv/.installed
CHECKED := $(wildcard points api cli tests bench demo)
PIP := $(VENV) -m pip --disable-pip-version-check -qq

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

install: $(INSTALLED) ## .venv/ with the project and its development tools
	@:

# A half-made environment is made anew; hashes pin what is installed, so a run next year gets the same.
$(INSTALLED): pyproject.toml requirements.lock
	@$(VENV) -m pip --version >/dev/null 2>&1 || { \
		test -n "$(PYTHON)" || { echo "No Python 3.11 or newer (with venv) found; name one: make PYTHON=/path/to/python" >&2; exit 1; }; \
		echo "Making .venv with $(PYTHON) …"; $(PYTHON) -m venv --clear .venv; }
	@echo "Installing …"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

lint: install
	@$(VENV) -m ruff check .
	@$(VENV) -m ruff format --check .

types: install
	@$(VENV) -m mypy $(CHECKED)

layers: install
	@$(VENV) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()' --no-logo

check: lint types layers ## the fast part of `make test`: style, types, layers, unit tests
	@$(VENV) -m pytest -q -m "not slow"

test: lint types layers ## everything that CI runs
	@$(VENV) -m tests.browser.chromium
	@$(VENV) -m pytest --cov --cov-report=term

trust: install ## the long trust run: simulated counties under faults, servers and databases killed; prints a table
	@$(VENV) -m tests.trust

bench: install ## the benchmarks: a table, and bench/results.json
	@$(VENV) -m bench

demo: install ## a demo county in var/demo/, then the server; DEMO_EXIT=1 ends after the summary
	@$(VENV) -m demo

lock: install ## requirements.lock anew from pyproject.toml, for every platform, naming no index
	@$(PIP) install uv==0.13.9
	@$(VENV) -m uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links -q -o requirements.lock

audit-deps: install ## known weaknesses in what is installed
	@$(VENV) -m pip_audit --disable-pip --require-hashes -r requirements.lock

sbom: install ## var/sbom.json: everything the program is made of, in CycloneDX
	@mkdir -p var && $(VENV) -m cyclonedx_py requirements requirements.lock -o var/sbom.json

clean: ## what can be made again; var/ stays
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
