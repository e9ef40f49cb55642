# The front door of OCOP Showcase. `make help` lists every target.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := var/peers
SERVICES := registration allocation notifications reporting
PACKAGES := libs/common $(SERVICES:%=services/%) deploy/local deploy/scenario deploy/operations deploy/install
SCENARIO ?= deploy/demo/red_river_delta_2020
PORT ?= 8020
TESTS ?= tests
KAFKA ?= embedded
HOURS ?= 2
# Python reads its own paths by the locale: where that knows no Vietnamese, or is not installed, one does that is always there.
ifneq ($(shell locale charmap 2>/dev/null),UTF-8)
export LC_ALL := C.UTF-8
endif
# A word as the shell takes it whole, whatever is in it: spaces, Vietnamese, quotes.
quoted = '$(subst ','\'',$(1))'

.PHONY: help install demo test up check fmt lint types layers contracts settings lock bench soak faults clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1\t/' | expand -t 12

install: $(READY) ## make the virtual environment with everything pinned

$(READY): requirements/dev.txt requirements/uv.txt requirements/lean.py $(PACKAGES:%=%/pyproject.toml)
	@echo "Setting up $(VENV) (once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=...")'
	@test -x $(BIN)/python || $(PYTHON) requirements/environment.py $(VENV) $(if $(filter file,$(origin PYTHON)),,--here)
	@$(BIN)/python requirements/install.py requirements/dev.txt $(PACKAGES)
	@touch $@

demo: $(READY) ## play a real edition from the first nomination to the reports (SCENARIO=folder)
	@$(BIN)/python -m scenario.demo $(call quoted,$(SCENARIO))

test: $(READY) ## run all tests (TESTS=folder for some; KAFKA=process or container: delivery on Apache Kafka)
	@$(BIN)/python -m pytest $(TESTS) --kafka $(KAFKA)

up: $(READY) ## start the system to use; state in var/, Ctrl-C stops it (PORT=8020)
	@$(BIN)/python -m launcher up --port $(call quoted,$(PORT))

check: lint types layers contracts-check settings-check ## format, lint, types, layers, contracts and settings; what CI runs

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

settings: $(READY) ## write each service's .env.example: the settings it reads
	@for service in $(SERVICES); do $(BIN)/python -m $$service settings > services/$$service/.env.example || exit; done

.PHONY: settings-check
settings-check: $(READY)
	@for service in $(SERVICES); do \
	  $(BIN)/python -m $$service settings | diff -u services/$$service/.env.example - || { echo "services/$$service/.env.example: make settings" >&2; exit 1; }; \
	done

bench: $(READY) $(PEERS)/.ready ## measure speed and size beside other ways (ONLY=parts; KAFKA=process: on Apache Kafka; LONG=1: an hour of load; HISTORIES=1000000,3000000,10000000: long rebuilds)
	@$(BIN)/python -m tests.bench --kafka $(KAFKA) --peers $(PEERS)/bin/python $(if $(LONG),--minutes 60) $(if $(EVENTS),--events $(EVENTS)) $(if $(HISTORIES),--histories $(HISTORIES)) $(ONLY:%=--only %)

MINUTES ?= 60
soak: $(READY) ## load the system steadily and tell how large each service is (MINUTES=60; PACE=60: dossiers a minute; EVERY=60: seconds)
	@$(BIN)/python -m tests.bench.soak --minutes $(MINUTES) $(if $(PACE),--pace $(PACE)) $(if $(EVERY),--every $(EVERY))

$(PEERS)/.ready: requirements/bench.txt
	@test -x $(PEERS)/bin/python || $(PYTHON) requirements/environment.py $(PEERS) --on $(BIN)/python
	@$(PEERS)/bin/python requirements/install.py requirements/bench.txt
	@touch $@

RECOVERY ?= 30
FAULT_SECONDS ?= 360
faults: $(READY) ## break the system under load and judge it (SEED=number; RECOVERY=seconds; FAULT_SECONDS=360; COUNTED=1: kills alone; LONG=1: on Apache Kafka for HOURS=2)
	@$(BIN)/python -m tests.faults --recovery $(RECOVERY) --seconds $(FAULT_SECONDS) $(if $(SEED),--seed $(SEED)) $(if $(COUNTED),--counted) $(if $(LONG),--long --kafka process --hours $(HOURS))

lock: $(READY) ## pin all dependencies anew, with hashes
	@cd requirements && for name in runtime local dev image build play uv; do \
	  ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --no-annotate $$name.in -o $$name.txt; done; \
	  ../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-strip-extras \
	    --no-header --no-annotate bench.in -o bench.txt

clean: ## remove the virtual environment, the state and what the demo made
	@rm -rf $(VENV) var out

# Docker: real Kafka and PostgreSQL on one machine. `docker compose` v2 is needed. Settings lie in deploy/.env, which plain
# `docker compose -f deploy/compose.yaml` reads too; IMAGES=file names other base images. A demo takes no settings.
IMAGES ?= /dev/null
VERSION ?= 0.1.0
SETTINGS := $(wildcard deploy/.env)
COMPOSE = docker compose $(SETTINGS:%=--env-file %) --env-file $(call quoted,$(IMAGES)) -f deploy/compose.yaml
DEMO = docker compose --env-file $(call quoted,$(IMAGES)) -f deploy/compose.yaml -f deploy/compose.demo.yaml
ALONE := docker run --rm --read-only --cap-drop ALL --network none

.PHONY: image secrets compose-up compose-down compose-demo compose-demo-down

image: ## build the image of the services, and the one that plays scenarios
	@set -a; . $(call quoted,$(IMAGES)); set +a; for target in production play; do \
	  tag=ocop-showcase$${target#production}; tag=$${tag/play/-play}:local; \
	  docker build --quiet -f deploy/Dockerfile --target $$target -t $$tag --build-arg VERSION=$(VERSION) \
	    --build-arg REVISION=$$(git rev-parse HEAD 2>/dev/null || echo unknown) \
	    $${PYTHON_IMAGE:+--build-arg PYTHON_IMAGE=$$PYTHON_IMAGE} . ; done

secrets: ## make deploy/secrets, or complete it; what is there stays (DATABASE=host:port, once, for another than postgres:5432)
	@docker image inspect ocop-showcase:local >/dev/null 2>&1 || $(MAKE) --no-print-directory image
	@mkdir -p deploy/secrets && chmod 700 deploy/secrets
	@$(ALONE) --user $$(id -u):$$(id -g) -v $(call quoted,$(CURDIR)/deploy/secrets:/secrets) -v $(call quoted,$(CURDIR)/deploy/access.yaml:/access.yaml:ro) \
	  ocop-showcase:local installer secrets --folder /secrets --access /access.yaml $(if $(DATABASE),--database $(call quoted,$(DATABASE)))

compose-up: image secrets ## start the system with Docker compose (PROFILES=try,monitoring), wait until it is ready
	@$(if $(PROFILES),COMPOSE_PROFILES=$(call quoted,$(PROFILES))) $(COMPOSE) up --detach --wait --remove-orphans
	@echo "OCOP Showcase: http://$$($(COMPOSE) port proxy 8020)"

compose-down: ## stop it; the data stay in their volumes
	@COMPOSE_PROFILES='*' $(COMPOSE) down --remove-orphans

compose-demo: image secrets ## play the small scenario (SCENARIO=folder for another) on a compose system of its own
	@bash deploy/compose-demo.sh $(call quoted,$(if $(filter command% environment%,$(origin SCENARIO)),$(SCENARIO),deploy/demo/small_fair)) $(DEMO)

compose-demo-down: ## remove what compose-demo left running
	@COMPOSE_PROFILES='*' ALLOCATION_SEED=- $(DEMO) down --volumes --remove-orphans

.PHONY: manifests-check manifests-dry-run manifests-definitions kubernetes-demo
manifests-check: $(READY) ## check the Kubernetes manifests without a cluster
	@$(BIN)/python deploy/kubernetes/check.py

manifests-dry-run: ## ask the cluster of KUBECONFIG whether it would take every manifest; installs missing definitions
	@deploy/kubernetes/dry_run.sh

manifests-definitions: ## make the definitions of the operators' kinds anew from their packages (Java, Maven, Go)
	@deploy/kubernetes/definitions/make.sh

kubernetes-demo: $(READY) secrets ## play the small scenario on the cluster of KUBECONFIG (REGISTRY=host/path/, IMAGES=file)
	@IMAGES=$(call quoted,$(IMAGES)) REGISTRY=$(call quoted,$(REGISTRY)) deploy/kubernetes/demo.sh deploy/demo/small_fair $(BIN)/python
