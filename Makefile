# Needs only Python 3.11 or newer with venv, and make. Everything else comes from uv.lock into .venv.
PYTHON ?= $(shell for each in python3.11 python3 python3.12 python3.13 python3.14 python; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$each" && break; done)
UV_VERSION := 0.13.9
VENV := .venv
NOT_REACHED := "Clarion is not installed: what is said above went wrong. The first run needs the Python package index, pypi.org," \
	"and no later one does. Run the same command again when this machine reaches it."
BIN := $(VENV)/bin
# The certificates of this machine, as pip takes them: behind a proxy that reads along, uv's own trust nothing.
UV_SYSTEM_CERTS ?= true
UV := UV_SYSTEM_CERTS=$(UV_SYSTEM_CERTS) UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=$(VENV) $(BIN)/uv
STAMP := $(VENV)/.installed-from-lock

# Stories start processes of their own, so a core is left to them; on two cores three workers wait for them in turn.
WORKERS ?= $(shell $(PYTHON) -c "import os; print(max(3, (os.cpu_count() or 2) - 1))")

# What holds the stand-in for Slack to Slack: only tests need it (tests/slack_truth/README.md).
TRUTH := tests/slack_truth
TRUTH_STAMP := $(TRUTH)/node_modules/.installed-from-lock

HISTORIES := tests/crash/test_singles.py

# Many a container forbids Python to keep what it has compiled. Each of the run's processes would then compile all of it
# again, which is 9 s for each that holds tests. What is kept lies in __pycache__, which git does not see.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help install practice test tests histories examples fuzz rewind run bench crash check lint format lock mutants machines

help:
	@echo "make practice   a workspace to click in, on this machine; needs no set-up"
	@echo "make test       lint, type check and run every test"
	@echo "make examples   draw new examples for every property (ROUNDS=10; EXAMPLES_SEED=... plays one again)"
	@echo "make fuzz       50,000 mangled requests at the gate (make test: a sample)"
	@echo "make run        run Clarion: Redis, web and worker"
	@echo "make check      say what is set, what works with it, and what is missing"
	@echo "make rewind     Redis comes back with older data, 25 times (ROUNDS=...)"
	@echo "make bench      measure against the targets"
	@echo "make mutants    break every safety rule, one at a time, and name the test that sees it"
	@echo "make machines   walk the lives of updates, incidents and jobs at random, for minutes"
	@echo "make crash      let processes die before and after every effect, and check every history"
	@echo "make install    install what the others need (they do it themselves)"

install: $(STAMP) $(TRUTH_STAMP)

$(BIN)/uv:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Clarion needs Python 3.11 or newer. Install it (Debian, Ubuntu: apt install python3.11 python3.11-venv;"; \
	  echo "macOS: brew install python@3.11), or say where it is: make PYTHON=/path/to/python3.11"; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) has no venv. Install it (Debian, Ubuntu: apt install python3-venv) and try again."; exit 1; }
	@echo "Installing Clarion into $(VENV) ..."
	@"$(PYTHON)" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION) || { echo $(NOT_REACHED); exit 1; }

# uv sync would remove uv itself from the environment it lives in: --inexact keeps it.
$(STAMP): pyproject.toml uv.lock $(BIN)/uv
	@$(UV) sync --quiet --locked --inexact --python $(BIN)/python || { echo $(NOT_REACHED); exit 1; }
	@touch $@

$(TRUTH_STAMP): $(STAMP) $(TRUTH)/package-lock.json $(TRUTH)/contracts.ts $(TRUTH)/generate.mjs $(TRUTH)/tsconfig.json
	@$(BIN)/python -m tests.slack_truth.node
	@touch $@

practice: $(STAMP)
	@$(BIN)/clarion practice

run: $(STAMP)
	@$(BIN)/clarion run

check: $(STAMP)
	@$(BIN)/clarion check

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Side by side: the type check works on one core, and half a minute of it would be the tests' as well. The crash
# histories never wait for anything, and the other tests wait a quarter of the time: they take what is left over.
test: $(STAMP) $(TRUTH_STAMP)
	@$(MAKE) --no-print-directory -j3 lint tests histories

tests: $(STAMP) $(TRUTH_STAMP)
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --ignore $(HISTORIES)

# Its output comes in one piece, when it is there: two rows of dots in one another say nothing.
histories: $(STAMP) $(TRUTH_STAMP)
	@nice -n 19 $(BIN)/pytest -n 2 --dist worksteal -p no:cacheprovider $(HISTORIES) >$(VENV)/histories.log 2>&1; code=$$?; \
	echo "$(HISTORIES), beside the others:"; cat $(VENV)/histories.log; exit $$code

rewind: $(STAMP)
	REWIND_ROUNDS=$${ROUNDS:-25} $(BIN)/pytest -v -p no:cacheprovider tests/stories/test_rewind.py -k rounds

# What `make test` draws is drawn again each time (tests/conftest.py); this looks where nobody has looked yet.
examples: $(STAMP) $(TRUTH_STAMP)
	@for round in $$(seq $(or $(ROUNDS),10)); do seed=$$(od -An -N3 -tu4 /dev/urandom | tr -d ' '); \
	  echo "round $$round: EXAMPLES_SEED=$$seed"; \
	  $(BIN)/pytest -q -n $(WORKERS) --dist worksteal -m hypothesis --hypothesis-profile=anew \
	    --hypothesis-seed=$${EXAMPLES_SEED:-$$seed} || exit 1; done

fuzz: $(STAMP)
	CLARION_FUZZ=50000 $(BIN)/pytest -s tests/gate

bench: $(STAMP)
	$(BIN)/python -m tests.benchmarks

mutants: $(STAMP) $(TRUTH_STAMP)
	$(BIN)/python -m tests.mutants

machines: $(STAMP) $(TRUTH_STAMP)
	$(BIN)/pytest tests/machines --hypothesis-profile=machines

# make crash SEED=7 POINTS="before:attempts.record after:held.done"; with REPLAY= one history by its name.
crash: $(STAMP)
	@$(BIN)/python -m tests.crash $(if $(REPLAY),--replay '$(REPLAY)',--seed $(or $(SEED),0) --points '$(POINTS)')

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(BIN)/uv
	$(UV) lock
