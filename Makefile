# 信息惠民 Huimin. `make` alone says what there is to do; everything a target needs is set up by it, once.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PORT ?= 8000
PEOPLE ?= 20000
CITY ?= wuhu
PYTHON ?= $(or $(shell command -v python3.11),$(shell command -v python3.12),python3)

BIN := $(CURDIR)/.venv/bin
# The virtual environment comes first: its node and npm are the locked ones.
export PATH := $(BIN):$(PATH)
LOCKED := .venv/.locked
INSTALLED := .venv/.installed
COMPILED := .venv/.compiled
CATALOGUES := $(shell find src -name '*.po')
FRONTEND := $(if $(wildcard frontend/package.json),.venv/.frontend)
FRONTEND_SOURCES := $(shell find frontend -path frontend/node_modules -prune -o -type f -print 2>/dev/null)
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile -q
DOWNLOADS := --quiet --quiet --disable-pip-version-check --no-input

.PHONY: help setup demo test check style types unit format bench soak lock messages schemas new-domain new-resource new-service clean

help: ## this page
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(INSTALLED) $(COMPILED) $(FRONTEND) ## what every other target needs: .venv, the front end, the translations

demo: setup ## a running city of synthetic people (PORT=8000 PEOPLE=20000 CITY=wuhu)
	@$(BIN)/huimin demo --city $(CITY) --people $(PEOPLE) --port $(PORT)

test: setup ## everything: check, then all tests on SQLite with a real browser, then on PostgreSQL
	@scripts/system.sh chromium fonts initdb pdfsig
	@$(MAKE) --no-print-directory check
	@echo "── SQLite, and the walks in a real browser"
	@env -u DATABASE_URL $(PYTEST) -m "not unit"
	@echo "── PostgreSQL"
	@$(BIN)/python scripts/with_postgresql.py $(PYTEST) -m "not unit and not journey and not once"

check: setup ## under 90 seconds: style, types, the laws of the house, unit tests
	@$(MAKE) --no-print-directory --keep-going -j2 --output-sync=target types style unit

style:
	@$(BIN)/ruff check --quiet --output-format concise
	@$(BIN)/ruff format --check --quiet || { echo "make format would change these files:"; $(BIN)/ruff format --check; }
	@[ -z "$(FRONTEND)" ] || npm --prefix frontend run --silent check

types:
	@$(BIN)/mypy

unit:
	@$(PYTEST) -m unit

format: setup ## put the code into its one form
	@$(BIN)/ruff check --fix --quiet || true
	@$(BIN)/ruff format

bench: setup ## the headline figures against floors of the same run: a table, and var/bench.json
	@$(BIN)/python benchmarks --out var/bench.json

soak: setup ## the long versions: more examples, more kills, more races
	@HUIMIN_SOAK=1 $(PYTEST) -m "not journey"
	@HUIMIN_SOAK=1 $(BIN)/python scripts/with_postgresql.py $(PYTEST) -m "not unit and not journey and not once"

lock: $(LOCKED) ## write requirements/*.lock anew from *.in: hashes, no URLs
	@$(BIN)/pip install $(DOWNLOADS) uv
	@for name in base dev; do $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links requirements/$$name.in -o requirements/$$name.lock; done

messages: $(INSTALLED) ## gather new sentences into every app's English catalogue, and compile
	@scripts/system.sh msgfmt
	@for folder in $$(find src -type d -name locale); do \
		(cd "$$folder/.." && $(BIN)/django-admin makemessages -l en --no-location --no-wrap --no-obsolete -v0); done
	@cd src && $(BIN)/django-admin compilemessages -v0
	@touch $(COMPILED)

schemas: $(INSTALLED) ## the JSON Schemas of the declarations, for editors
	@$(BIN)/python -m huimin.tooling.schemas schemas

new-domain: $(INSTALLED) ## a new domain (NAME=sports_and_parks)
	@$(BIN)/python -m huimin.tooling.scaffolds domain $(NAME)

new-resource: $(INSTALLED) ## a resource of a domain (DOMAIN=health CODE=health.clinics)
	@$(BIN)/python -m huimin.tooling.scaffolds resource $(DOMAIN) $(CODE)

new-service: $(INSTALLED) ## a service of a domain, as a draft (DOMAIN=health CODE=vaccination_record)
	@$(BIN)/python -m huimin.tooling.scaffolds service $(DOMAIN) $(CODE)

clean: ## take away what set-up and the tools made; the city's data in var/ stays
	@rm -rf .venv frontend/node_modules src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@rm -rf src/huimin/platform/ui/static/ui/build
	@find src tests benchmarks -name __pycache__ -prune -exec rm -rf {} + -o -name '*.mo' -delete

$(LOCKED): requirements/dev.lock
	@echo "── setting up: the locked packages"
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install $(DOWNLOADS) --require-hashes -r requirements/dev.lock
	@touch $@

$(INSTALLED): $(LOCKED) pyproject.toml requirements/base.in
	@$(BIN)/python -m pip install $(DOWNLOADS) --no-deps --no-build-isolation --editable .
	@touch $@

$(COMPILED): $(INSTALLED) $(CATALOGUES)
	@scripts/system.sh msgfmt
	@if command -v msgfmt >/dev/null; then cd src && $(BIN)/django-admin compilemessages -v0; fi
	@touch $@

.venv/.frontend: $(LOCKED) $(FRONTEND_SOURCES)
	@echo "── setting up: the front end"
	@[ frontend/node_modules/.package-lock.json -nt frontend/package-lock.json ] || npm --prefix frontend ci --silent
	@npm --prefix frontend run --silent build
	@touch $@
