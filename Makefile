# Everything a fresh machine needs is Python 3.11 and pip; each target does its own set-up.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PEER_VENV := .venv-openvino
PEER_PINS := benchmarks/peers/requirements-openvino.txt

.PHONY: setup demo test lint bench bench-peers messages

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $(STAMP)

demo: setup
	$(BIN)/python manage.py demo $(DEMO_ARGS)

test: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)
	if [ -n "$$TEST_DATABASE_URL" ]; then \
		DATABASE_URL="$$TEST_DATABASE_URL" $(BIN)/python -m pytest -n 2 --dist loadfile -m postgres $(PYTEST_ARGS); \
	else echo "PostgreSQL tests: set TEST_DATABASE_URL to run them there as well"; fi

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m tests.template_check
	$(BIN)/python -m tests.translations

bench: setup
	$(BIN)/python -m benchmarks.engine
	$(BIN)/python -m benchmarks.pipeline

# OpenVINO GenAI for `make bench`: torch with all it needs, the rest exactly as pinned.
bench-peers: $(PEER_VENV)/.installed

$(PEER_VENV)/.installed: $(PEER_PINS)
	test -x $(PEER_VENV)/bin/python || $(PYTHON) -m venv $(PEER_VENV)
	$(PEER_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -c $(PEER_PINS) torch
	$(PEER_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r $(PEER_PINS)
	touch $@
