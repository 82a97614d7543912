# Each target sets up what it needs; after the first time that takes no time. See README.md.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check
RUNTIME := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
# Two processes share two cores, so each keeps to one thread.
PYTEST := OMP_NUM_THREADS=1 EVALSITE_THREADS=1 $(PY) -m pytest -q

.PHONY: run test test-services chaos check format bench calibrate fuzz audit

run: $(RUNTIME)
	@exec $(PY) manage.py run $(if $(filter no,$(DEMO)),--no-demo)

test: $(DEV)
	$(PYTEST) -n 2 --dist loadfile -m "not services"

# The tests that touch the database, on PostgreSQL, with Redis and RabbitMQ as brokers: docs/operations.md.
test-services: export DATABASE_URL ?= postgresql://postgres@127.0.0.1:5432/postgres
test-services: $(DEV)
	$(PYTEST) -n 2 --dist loadfile tests/services tests/evalsite $(addprefix tests/ratings/,management selectors \
		services views) $(addprefix tests/generation/,api management selectors services test_tasks.py worker)

# Twenty kills of each installation's processes at random, on servers of its own, and a minute without a broker.
chaos: $(DEV)
	EVALSITE_CHAOS=20 $(PYTEST) -s --timeout 1800 tests/services/test_chaos.py tests/services/test_faults.py

check: $(DEV)
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo
	$(VENV)/bin/djlint --lint templates
	$(PY) manage.py makemigrations --check --dry-run

format: $(DEV)
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

bench: $(DEV)
	@set -e; for file in bench/*.py; do echo "== $$file"; $(PY) "$$file"; done

# The whole grid of simulated studies behind docs/statistics.md; hours.
calibrate: $(DEV)
	EVALSITE_CALIBRATE=full $(PY) -m pytest -q -s --timeout 0 tests/calibration

# Broken files for every reader, CASES of them each; `python -m tests.fuzz --help` says how to see one.
fuzz: $(DEV)
	OMP_NUM_THREADS=1 $(PY) -m tests.fuzz $(or $(CASES),1000000)

# Known holes in what is installed; asks PyPI's list of them, and so needs the Internet.
audit: $(PY)
	$(PIP) pip-audit==2.10.1
	$(VENV)/bin/pip-audit --requirement requirements.txt --strict

$(PY):
	@test -n "$(PYTHON)" || { echo "evalsite needs Python 3.11 or later; name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements.txt requirements-web.txt | $(PY)
	@echo "Installing what evalsite needs; the first time this takes a few minutes."
	$(PIP) -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt requirements.txt requirements-web.txt | $(PY)
	@echo "Installing what tests and checks need."
	$(PIP) -r requirements-dev.txt
	@touch $@
