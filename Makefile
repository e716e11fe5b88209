# Needs only Python 3.11 with venv, and make. Everything else comes from uv.lock into .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV_VERSION := 0.13.9
VENV := .venv
UV := UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=$(VENV) $(VENV)/bin/uv
STAMP := $(VENV)/.installed-from-lock

.PHONY: install practice test run bench check lint format lock

install: $(STAMP)

$(VENV)/bin/uv:
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# uv sync would remove uv itself from the environment it lives in: --inexact keeps it.
$(STAMP): pyproject.toml uv.lock $(VENV)/bin/uv
	$(UV) sync --quiet --locked --inexact --python $(VENV)/bin/python
	@touch $@

practice: $(STAMP)
	@$(VENV)/bin/clarion practice

run: $(STAMP)
	@$(VENV)/bin/clarion run

check: $(STAMP)
	@$(VENV)/bin/clarion check

lint: $(STAMP)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

test: lint
	$(VENV)/bin/pytest -n auto

bench: $(STAMP)
	$(VENV)/bin/python -m tests.benchmarks

format: $(STAMP)
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

lock: $(VENV)/bin/uv
	$(UV) lock
