# The project's habits, one command each. `make demo` and `make test` install what they need first.
SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
CODE := config deploy mappers streams tests xero_client $(wildcard benchmarks)

.PHONY: help install demo test artefacts crash network soak long nightly mutants pythons check lint types imports
.PHONY: unused audit bench contracts dashboards journey links lock release screens fmt clean

help: ## Show the commands
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

install: ## Set everything up: system parts, .venv, Kafka's jars (repeatable; fast when nothing changed)
	@deploy/install/system-parts.sh
	@deploy/install/virtual-environment.sh
	@$(BIN)/python -m deploy.kafka jars

demo: install ## Run the demo until Ctrl-C; ONCE=1 checks every sample and exits 0 or 1
	@$(BIN)/shipledger demo $(if $(ONCE),--once)

test: install check ## Lint, types, import contracts, then every test (PYTEST_ARGS="..." for pytest)
	@deploy/install/system-parts.sh promtool amtool chromium
	@tests/run.sh $(PYTEST_ARGS)

artefacts: install ## Render, validate, build and start what deploy/ has: manifests, image, compose file, systemd unit; AsyncAPI
	@tools=$$(deploy/install/artefact-tools.sh) && ARTEFACT_TOOLS=$$tools $(BIN)/python -m pytest -m artefacts tests/artefacts $(PYTEST_ARGS)

crash: install ## Kill workers 510 times at 17 points, and disturb them 130 times; report in build/reliability (ARGS="--seed 1")
	@$(BIN)/python -m tests.reliability crash $(ARGS)

network: install ## Bad wires between the worker and Xero, and its broker; report in build/reliability (ARGS="--times 10")
	@$(BIN)/python -m tests.reliability network $(ARGS)

soak: install ## A steady rate with a fault every 20 s; nothing may grow; report in build/reliability (HOURS=2)
	@$(BIN)/python -m tests.reliability soak --hours $(or $(HOURS),2) $(ARGS)

long: install ## Run the tests that are too long for `make test` (SHIPLEDGER_TROUBLE_RUNS=10 repeats those that draw)
	@$(BIN)/python -m pytest -m "long and not artefacts" $(PYTEST_ARGS)

nightly: install ## crash, network, soak, long, properties, mutants, simulation, each within its bound: under 85 minutes; build/reliability
	@tests/nightly.sh

mutants: install ## Plant bugs in copies of the tree and print which test notices each (ONLY="words" of some; WRITE=1: into the docs)
	@$(BIN)/python -m tests.mutants $(if $(WRITE),--write) $(ONLY)

pythons: install ## Run the unit tests of what is cancelled under the other supported Pythons that are on this machine
	@deploy/install/other-pythons.sh $(PYTEST_ARGS)

check: lint types imports unused ## Lint, format, types, import contracts, dead code and dependencies only

lint:
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check $(CODE)

types:
	@$(BIN)/mypy $(CODE)

imports:
	@$(BIN)/lint-imports --no-logo --no-cache

unused:
	@$(BIN)/vulture
	@$(BIN)/deptry . 2>&1

audit: install ## Look for known vulnerabilities in what is locked (SHIPLEDGER_AUDIT=required: fail where that cannot be)
	@deploy/install/audit.sh

bench: install ## Print the benchmarks
	@$(BIN)/python -m benchmarks

contracts: install ## Make docs/schemas of the topics from the models
	@$(BIN)/python -m deploy.contracts docs/schemas

dashboards: install ## Make deploy/grafana/dashboards from their code
	@$(BIN)/python -m deploy.grafana

links: install ## Write the address of pyproject.toml's Documentation into the links of alerts and dashboards
	@$(BIN)/python -m deploy.links
	@$(BIN)/python -m deploy.grafana
	@$(BIN)/python -m deploy.kubernetes

screens: install ## Make pictures of every page in build/screens
	@deploy/install/system-parts.sh chromium
	@$(BIN)/python -m tests.browser.screens build/screens

journey: install ## Print the modules that one invoice passes from Kafka to the log over HTTP
	@$(BIN)/python -m benchmarks.journey

lock: ## Resolve requirements/*.lock from pyproject.toml (UPGRADE=1: to the newest versions)
	@deploy/install/lock.sh

release: install ## Make a release here, and publish nothing: version, changelog, tag, and dist/ (VERSION=1.2.3)
	@deploy/install/release.sh "$(VERSION)"

fmt: ## Format the code and repair what the linter can
	@$(BIN)/ruff check --fix $(CODE)
	@$(BIN)/ruff format $(CODE)

clean: ## Remove .venv and the tools' caches (the downloads outside the clone stay)
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build ./*.egg-info
	@find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +
