# Needs make, and Python 3.11 or newer with venv. Everything else is installed into .venv.

HOST ?= 127.0.0.1
PORT ?= 8000
PYTEST_ARGS ?= -n 2 --dist loadfile

VENV := .venv
PYTHON := $(VENV)/bin/python
FIND_PYTHON = for name in python3 python3.15 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$name >/dev/null && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	&& echo $$name && break; done

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check format bench

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.installed  ## the whole site on this machine: make demo [HOST=127.0.0.1] [PORT=8000]
	@exec $(PYTHON) manage.py demo --host '$(HOST)' --port '$(PORT)'

test: $(VENV)/.installed-dev  ## the whole test suite, against a real PostgreSQL
	@exec $(PYTHON) -m pytest $(PYTEST_ARGS)

check: $(VENV)/.installed-dev  ## format, lint, types, imports, templates, migrations, tests with coverage
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy .
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djlint --lint --quiet claims sources tracker
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) -m pytest --cov --cov-report=term $(PYTEST_ARGS)

format: $(VENV)/.installed-dev  ## format the code and mend what can be mended
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench: $(VENV)/.installed-dev  ## benchmarks: ratios to peers and to the limit
	@exec $(PYTHON) -m benchmarks

$(VENV)/.installed: requirements.txt
	@set -e; test -x $(PYTHON) || { \
		python=$$($(FIND_PYTHON)) || true; \
		test -n "$$python" || { echo 'Python 3.11 or newer is needed. Debian: apt-get install python3 python3-venv' >&2; exit 1; }; \
		$$python -c 'import ensurepip, venv' 2>/dev/null || { echo "$$python lacks venv. Debian: apt-get install python3-venv" >&2; exit 1; }; \
		$$python -m venv $(VENV); }
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@
