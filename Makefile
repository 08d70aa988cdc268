# make up, make test: each does all its own set-up. See README.md.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready
TESTS ?= tests

.PHONY: help up preview refresh down test test-fast test-bounds lint format bench toolchain clean

help:
	@echo "make up          deploy the root stack into the sandbox and show who may assume the role"
	@echo "make preview     what make up would change"
	@echo "make refresh     compare the stack with what is in the sandbox"
	@echo "make down        destroy the stack and stop the sandbox"
	@echo "make test        all tests (TESTS=tests/unit for some)"
	@echo "make test-fast   unit and policy tests, under a minute"
	@echo "make test-bounds fast tests and a deployment with the lowest and the newest versions"
	@echo "make lint        formatter, linter, type checker, direction of imports"
	@echo "make format      let the formatter and the linter mend what they can"
	@echo "make bench       measure against hand-written programs; writes bench/RESULTS.md"
	@echo "make clean       remove what the other targets made here"

$(READY): pyproject.toml setup.py
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) is not on PATH; install Python 3.10 or newer, or say: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m toolchain.environment $(VENV)

toolchain: $(READY)
	@$(RUN) -m toolchain ensure >/dev/null

up preview refresh down: toolchain
	@$(RUN) -m sandbox.tour $@

test: toolchain
	@env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL $(RUN) -m pytest $(TESTS) -n 2 --dist worksteal --cov --cov-report=term:skip-covered --cov-fail-under=95

test-fast: $(READY)
	@$(RUN) -m pytest tests/unit $(wildcard tests/policy) -m "not engine and not waits" -n 2

test-bounds: toolchain
	@$(RUN) -m toolchain.bounds
	@$(RUN) -m toolchain ensure >/dev/null

lint: $(READY)
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy
	@$(VENV)/bin/lint-imports --no-logo

format: $(READY)
	@$(RUN) -m ruff format .
	@$(RUN) -m ruff check --fix .

bench: toolchain
	@$(RUN) -m bench

clean:
	@if [ -x $(RUN) ]; then $(RUN) -m sandbox stop || true; fi
	rm -rf $(VENV) .bounds .sandbox .toolchain Pulumi.sandbox.yaml build dist *.egg-info .coverage .import_linter_cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
