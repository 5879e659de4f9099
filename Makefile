.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := VIRTUAL_ENV=$(VENV) $(BIN)/uv
PYTEST := $(BIN)/pytest
# Each run has its own; scripts/additive.py adds them up.
REPORT = --junitxml=build/tests/$@-$(1).xml

.PHONY: help
help: ## List the verbs
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "  make %-14s %s\n", $$1, $$2}'

$(VENV)/.cli: requirements/uv.txt requirements/cli.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "error: Python 3.11 or newer is needed\nhint: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	$(UV) pip install --quiet --require-hashes -r requirements/cli.txt
	$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready: $(VENV)/.cli requirements/dev.txt scripts/node.py
	$(UV) pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python scripts/node.py
	@touch $@

.PHONY: setup
setup: $(VENV)/.ready ## Make .venv with the command line and every test tool

.PHONY: demo
demo: $(VENV)/.cli ## Generate ./demo, start it, ask it a few things, stop it
	@$(BIN)/python scripts/demo.py

.PHONY: test
test: setup ## Unit, template and update tests, then build and conformance for one variant a language
	$(PYTEST) $(call REPORT,1) -n 2 --dist worksteal -m "not rest and not nightly" tests/unit tests/template tests/update
	$(PYTEST) $(call REPORT,2) -m "not rest and not nightly" tests/build tests/conformance tests/delivery

.PHONY: test-rest
test-rest: setup ## What `make test` leaves for later
	$(PYTEST) $(call REPORT,1) -n 2 --dist worksteal -m "rest and not nightly" tests/unit tests/template tests/update \
	  tests/conformance/test_mutants.py
	$(PYTEST) $(call REPORT,2) -m "rest and not nightly" --ignore tests/conformance/test_mutants.py \
	  tests/build tests/conformance tests/delivery

.PHONY: test-all
test-all: test test-rest ## Every tier

.PHONY: test-nightly
test-nightly: setup ## Whole matrices and long property tests
	$(PYTEST) -m nightly tests

.PHONY: examples
examples: setup ## Render examples/ anew from their own answers
	$(BIN)/python scripts/examples.py

.PHONY: verify-examples
verify-examples: setup ## Verify examples/ with both runners; the reports go to build/verify/
	$(BIN)/python scripts/verify_examples.py

.PHONY: picture
picture: setup ## Record `scaffold new` on a terminal as docs/scaffold-new.svg
	$(BIN)/python scripts/picture.py

.PHONY: bench
bench: setup ## Compare our speed with plain Copier, in paired runs
	$(BIN)/python benchmarks/compare.py

.PHONY: bench-updates
bench-updates: setup ## Compare updates and fleets with plain Copier, and show the curve of a growing fleet
	$(BIN)/python benchmarks/fleet.py pair
	$(BIN)/python benchmarks/fleet.py fleet
	$(BIN)/python benchmarks/fleet.py curve

.PHONY: lint
lint: setup ## Format check, lint and types of this repository
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11

.PHONY: lock
lock: setup ## Pin the newest versions of every tool in requirements/
	echo uv | $(COMPILE) --upgrade --output-file requirements/uv.txt -
	$(COMPILE) --upgrade --output-file requirements/dev.txt --group build --group dev pyproject.toml
	$(COMPILE) --upgrade --output-file requirements/cli.txt --constraint requirements/dev.txt --group build pyproject.toml
	cd requirements/npm && npm update --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund
