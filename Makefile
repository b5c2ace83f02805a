# Everything a checkout can do. A machine needs Python 3.11 to 3.13 and make; the rest is installed here.

ARGS ?=
PYTHON ?= python3
BIN := .venv/bin
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help setup demo desks test e2e-rt lint lint-mail bench bench-triage bench-desks training live lock clean

help: ## this list
	@awk -F':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install everything into this checkout; leaves a working .venv/bin/firstline
	@tools/setup.sh

demo: setup ## the whole product at work on this machine (ARGS=--once exits after the summary)
	@$(BIN)/firstline demo $(ARGS)

desks: setup ## which promises each desk keeps: a row a scenario, a column a desk (ARGS="-k zendesk")
	@$(BIN)/python tools/desks.py $(ARGS)

test: lint ## every check there is
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not e2e" $(ARGS)
	@$(BIN)/python -m pytest -m e2e $(ARGS)

e2e-rt: setup ## the product on a real Request Tracker 5: installs it where it is missing (root), starts and stops it
	@tools/e2e-rt.sh $(ARGS)

lint: setup ## style, types, and who may import whom
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/firstline check

lint-mail: setup ## the report's mail by MJML's own compiler, strict (ARGS=reports/2026-W47.json)
	@$(BIN)/python tools/lint_mail.py $(ARGS)

bench: setup ## the figures in the README, measured now (takes a while; ARGS=latency for one)
	@$(BIN)/firstline bench $(ARGS)

bench-triage: setup ## the triage engine's figures: accuracy, latency, memory, size, a public yardstick
	@$(BIN)/firstline bench triage $(ARGS)

bench-desks: setup ## 2,000 webhooks a desk, doubled and late, requests refused and lost, people editing (ARGS="-k zendesk")
	@$(BIN)/python tools/desk_load.py $(ARGS)

live: setup ## try the second reader against a small real model on this machine (builds its server first; not a test)
	@tools/live-llm.sh $(ARGS)

training: ## an environment for `firstline train` (torch, the base encoder): .training/bin/firstline
	@tools/training.sh

lock: setup ## write the hashed lock files anew from requirements/*.in
	@tools/lock.sh

clean: ## remove everything that setup, tests and demo made
	@rm -rf .venv .training .emulator .firstline .tracker node_modules cdk.out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
