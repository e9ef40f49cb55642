# The front door of OCOP Showcase. `make help` lists every target.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PACKAGES := libs/common services/registration services/allocation services/notifications services/reporting deploy/local deploy/scenario deploy/operations
SCENARIO ?= deploy/demo/red_river_delta_2020
PORT ?= 8020
TESTS ?= tests
KAFKA ?= embedded

.PHONY: help install demo test up check fmt lint types layers contracts lock bench clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 12

install: $(READY) ## make the virtual environment with everything pinned

$(READY): requirements/dev.txt $(PACKAGES:%=%/pyproject.toml)
	@echo "Setting up $(VENV) (once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation $(PACKAGES:%=-e %)
	@touch $@

demo: $(READY) ## play a real edition from the first nomination to the reports (SCENARIO=folder)
	@$(BIN)/python -m scenario.demo $(SCENARIO)

test: $(READY) ## run all tests (TESTS=folder for some; KAFKA=process or container: delivery on Apache Kafka)
	@$(BIN)/python -m pytest $(TESTS) --kafka $(KAFKA)

up: $(READY) ## start the system to use; state in var/, Ctrl-C stops it (PORT=8020)
	@$(BIN)/python -m launcher up --port $(PORT)

check: lint types layers contracts-check ## format, lint, types, layers and contracts; what CI runs

fmt: $(READY) ## format the code
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

lint: $(READY) ## check format and lint
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check

types: $(READY) ## check types, strictly
	@$(BIN)/pyright

layers: $(READY) ## check who imports whom
	@$(BIN)/lint-imports

contracts: $(READY) ## write the schemas and AsyncAPI of all events
	@$(BIN)/python -m common.contract_files libs/common/contracts

.PHONY: contracts-check
contracts-check: $(READY)
	@$(BIN)/python -m common.contract_files libs/common/contracts --check

bench: $(READY) ## measure speed and size, side by side with the stack's plain ways
	@$(BIN)/python -m tests.bench

lock: ## pin all dependencies anew, with hashes (needs uv)
	@cd requirements && for name in runtime local dev; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --no-annotate $$name.in -o $$name.txt; done

clean: ## remove the virtual environment, the state and what the demo made
	@rm -rf $(VENV) var out
