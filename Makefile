# `make` alone lists the targets. Everything is installed into .venv from the lock in requirements/.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install demo bi spark up down test lint docs bench lock

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BI_VENV := .venv-bi
BI_STAMP := $(BI_VENV)/.installed
SPARK_VENV := .venv-spark
SPARK_STAMP := $(SPARK_VENV)/.installed

help: ## List the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

install: $(STAMP) ## Install everything into .venv from the lock (the other targets do it when needed)

$(STAMP): requirements/dev.txt requirements/bootstrap.txt requirements/install.sh pyproject.toml
	@PYTHON="$(PYTHON)" bash requirements/install.sh $(VENV) requirements/dev.txt
	@touch $@

$(BI_STAMP): requirements/bi.txt requirements/bootstrap.txt requirements/install.sh
	@PYTHON="$(PYTHON)" bash requirements/install.sh $(BI_VENV) requirements/bi.txt --alone
	@touch $@

$(SPARK_STAMP): requirements/spark.txt requirements/bootstrap.txt requirements/install.sh
	@PYTHON="$(PYTHON)" bash requirements/install.sh $(SPARK_VENV) requirements/spark.txt --alone
	@touch $@

demo: $(STAMP) ## Start everything, deliver a made-up city, watch the real scheduler, show the figures
	@$(BIN)/sinergi demo

bi: $(STAMP) $(BI_STAMP) ## Start Superset with the dashboards of bi/, in an environment of its own
	@$(BIN)/sinergi bi

spark: $(SPARK_STAMP) ## Install Spark for linking beyond one machine, in an environment of its own (needs Java 17)

up: $(STAMP) ## Start PostgreSQL and Airflow
	@$(BIN)/sinergi up

down: ## Stop everything that up, demo or bi started
	@if [ -x $(BIN)/sinergi ]; then $(BIN)/sinergi down; else echo "Nothing is installed, so nothing runs."; fi

# The scheduler and the browser go first and alone: beside other tests Superset forgot whom it had let in. The rest by two
# workers on two cores; JOBS=0 runs it in one process, as a debugger wants it. 5: ARGS chose none of these tests.
JOBS ?= 2
PYTEST := $(BIN)/python -m pytest
# Without Java, Spark's 450 MB would serve nobody: its test is skipped, and fails in CI.
test: $(STAMP) $(BI_STAMP) $(if $(shell command -v java),$(SPARK_STAMP)) ## Run every test (ARGS=tests/unit for some); starts and stops what it needs
	@$(PYTEST) -m e2e $(ARGS) || [ $$? = 5 ]
	@$(PYTEST) -m "not e2e" -n $(JOBS) --dist loadscope --no-loadscope-reorder $(ARGS) || [ $$? = 5 ]

lint: $(STAMP) ## Check style, types, SQL and contracts
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models dbt_project/tests
	@$(BIN)/sinergi contract validate

docs: $(STAMP) ## Write the pages that are made from the code
	@$(BIN)/python -m sinergi.pages

bench: $(STAMP) ## Measure speed beside its floor and its peers (ARGS="--people 0" leaves the city out)
	@$(BIN)/python -c 'import dlt' 2>/dev/null || bash requirements/install.sh $(VENV) requirements/bench.txt
	@$(BIN)/sinergi bench $(ARGS)

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: $(STAMP) ## Compile the lock again from pyproject.toml (ARGS=--upgrade for newer versions)
	@$(LOCK) $(ARGS) pyproject.toml -o requirements/runtime.txt >/dev/null
	@$(LOCK) $(ARGS) --group dev pyproject.toml -o requirements/dev.txt >/dev/null
	@$(LOCK) $(ARGS) --group dev --group bench pyproject.toml -o requirements/bench.txt >/dev/null
	@echo uv | $(LOCK) $(ARGS) --no-annotate - -o requirements/bootstrap.txt >/dev/null
	@$(LOCK) $(ARGS) -c requirements/runtime.txt docker/requirements.in pyproject.toml -o docker/requirements.txt >/dev/null
	@$(LOCK) $(ARGS) requirements/bi.in -o requirements/bi.txt >/dev/null
	@$(LOCK) $(ARGS) -c requirements/runtime.txt requirements/spark.in -o requirements/spark.txt >/dev/null
