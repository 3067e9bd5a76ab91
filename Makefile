# Alongside. `make` lists what there is; `make run` and `make test` need nothing beforehand but Python and make.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=
ROWS ?=
# Tests on every core.
CORES ?= auto

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
# Compiled modules are kept from run to run: to make those of the tests takes each core ten seconds.
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n $(CORES) --dist worksteal $(ARGS)
# On PostgreSQL: DATABASE_URL's, or a throw-away one.
ON_POSTGRESQL = $(if $(filter postgres%,$(DATABASE_URL)),,.ci/postgres)

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help run demo test test-postgres test-all drill install-drill audit check gate measure messages lock clean browser debian
.NOTPARALLEL:
.SILENT:

help: ## list these targets
	awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' Makefile

# --- Using it ----------------------------------------------------------------------------------------

# The server, and beside it the worker that sends the mail, which is printed here. Whatever ends the server or this shell
# ends both. What there is to send at first is sent before the links are printed, so that they stand below it.
run: export SITE_ADDRESS := http://127.0.0.1:$(PORT)
run: .venv/base.txt ## serve a copy to try out at http://127.0.0.1:8000 (PORT=…); prints two sign-in links
	$(MANAGE) migrate --verbosity 0
	PORT=$(PORT) $(MANAGE) demo --if-empty >/dev/null
	$(MANAGE) worker --once
	PORT=$(PORT) $(MANAGE) demo --if-empty
	stop() { trap '' HUP INT TERM; kill $$worker $$server 2>/dev/null; wait; }; \
	trap stop EXIT; trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM; \
	$(MANAGE) worker & worker=$$!; \
	$(MANAGE) runserver 127.0.0.1:$(PORT) & server=$$!; \
	wait $$server

demo: .venv/base.txt ## add one more demonstration relationship, with two new people (ARGS=--json)
	$(MANAGE) migrate --verbosity 0
	PORT=$(PORT) $(MANAGE) demo $(ARGS)

# --- Changing it -------------------------------------------------------------------------------------

test: .venv/dev.txt browser ## run the tests, on SQLite and in a real Chromium (ARGS="-k door -x")
	$(PYTEST)

test-postgres: .venv/dev.txt browser ## run what can differ there on PostgreSQL: DATABASE_URL's, or a throw-away one
	$(ON_POSTGRESQL) $(PYTEST)

test-all: .venv/dev.txt browser ## run every case there is, on both databases (docs/testing.md)
	env -u DATABASE_URL $(PYTEST) --everything
	$(ON_POSTGRESQL) $(PYTEST) --everything

drill: .venv/dev.txt browser ## measure every goal of docs/trust.md at full length, on both databases (ROWS="R4 B6")
	$(BIN)/python -m tests.drill $(ROWS)

# An environment of its own: fifty packages that nothing else needs. The list of known faults is asked for over the
# network, and where it cannot be reached this fails: no answer is not a good one.
AUDIT ?= .venv/audit

audit: $(AUDIT)/audit.txt ## look up known faults of what this is made of; write all of it to test-results/sbom.json
	mkdir -p test-results
	$(AUDIT)/bin/cyclonedx-py requirements requirements/base.txt --pyproject pyproject.toml --output-reproducible \
		--output-format JSON --output-file test-results/sbom.json
	$(AUDIT)/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements/base.txt

$(AUDIT)/audit.txt: requirements/audit.txt | .venv/bin/pip
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/pip install -q --disable-pip-version-check --no-input --require-hashes -r $<
	cp $< $@

check: export DATABASE_URL := sqlite://:memory:
check: .venv/dev.txt ## lint, formatting, types, who may import whom, templates, migrations, settings
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(MANAGE) makemigrations --check
	$(MANAGE) check --fail-level WARNING
	SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')" DEBUG=0 \
		ALLOWED_HOSTS=alongside.example SITE_ADDRESS=https://alongside.example TRUSTED_PROXY_COUNT=1 \
		EMAIL_URL=smtp+tls://somebody:secret@mail.example:587 $(MANAGE) check --deploy --fail-level WARNING

gate: .venv/dev.txt ## hold what every page and verb costs to its limits, on both databases (docs/speed.md)
	env -u DATABASE_URL $(BIN)/python -m tests.benchmark --gate $(ARGS)
	$(ON_POSTGRESQL) $(BIN)/python -m tests.benchmark --gate $(ARGS)

measure: .venv/dev.txt ## measure every page and verb among other people's data (ARGS="--entries 1000000", ARGS=--document)
	$(BIN)/python -m tests.benchmark $(ARGS)

install-drill: ## install it from nothing as docs/running.md says, in a folder thrown away, and see that it works (root)
	.ci/install

CATALOGUE := locale/de/LC_MESSAGES/django.po

# Our wording of allauth's sentences stands in the same catalogue. makemessages does not find those sentences
# in our files and would drop them, so what is worded is set aside before and put back after.
messages: .venv/base.txt ## collect the words for translators and compile them, in locale/de
	command -v xgettext >/dev/null || $(MAKE) debian PACKAGES=gettext
	mkdir -p locale
	if [ -f $(CATALOGUE) ]; then msgattrib --translated --no-fuzzy --no-obsolete -o .venv/worded.po $(CATALOGUE); fi
	$(MANAGE) makemessages --locale de --add-location file --no-obsolete
	if [ -f .venv/worded.po ]; then msgcat --use-first -o $(CATALOGUE) .venv/worded.po $(CATALOGUE); fi
	rm -f .venv/worded.po
	$(MANAGE) compilemessages --locale de --ignore .venv

# Extras stay in the lock: pip 23 takes `coverage[toml]` of another package for one that nobody pinned.
COMPILE := pip compile -q --generate-hashes --no-strip-extras --python-version 3.11 --no-annotate --custom-compile-command "make lock"

lock: .venv/bin/pip ## compile pyproject.toml's dependencies to requirements/*.txt (ARGS=--upgrade)
	command -v uv >/dev/null || $(BIN)/pip install -q --disable-pip-version-check uv
	PATH="$$PATH:$(BIN)"; \
	uv $(COMPILE) $(ARGS) -o requirements/base.txt pyproject.toml && \
	uv $(COMPILE) $(ARGS) -o requirements/dev.txt -c requirements/base.txt --extra dev pyproject.toml && \
	uv $(COMPILE) $(ARGS) -o requirements/audit.txt -c requirements/base.txt --extra audit pyproject.toml

clean: ## remove whatever can be made again: .venv, caches, collected files; never the database
	rm -rf .venv staticfiles test-results htmlcov .coverage .coverage.* .hypothesis
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- What the targets above stand on -------------------------------------------------------------------

.venv/bin/pip:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Alongside needs Python 3.11 or newer; PYTHON=… names one: make run PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(MAKE) debian PACKAGES=python3-venv
	$(PYTHON) -m venv .venv

# The stamp is a copy of the lock, so an unchanged lock costs nothing and a changed one shows in `diff`.
.venv/%.txt: requirements/%.txt | .venv/bin/pip
	echo "Installing $< …"
	$(BIN)/pip install -q --disable-pip-version-check --no-input --require-hashes -r $<
	cp $< $@

browser: .venv/windowless
	command -v chromium >/dev/null \
		|| { command -v apt-get >/dev/null && $(MAKE) debian PACKAGES=chromium; } \
		|| $(BIN)/python -m playwright install chromium

# Where there is none, the whole of Chromium takes its place, so this is tried once and may fail.
.venv/windowless:
	command -v chromium-headless-shell >/dev/null || ! command -v apt-get >/dev/null \
		|| { timeout 120 $(APT) update && timeout 240 $(APT) install -y --no-install-recommends chromium-headless-shell; } \
			>/dev/null 2>&1 || true
	touch $@

# Another apt-get may be at work on a machine that has just started: wait for it.
APT = $(if $(filter-out 0,$(shell id -u)),sudo) env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300

debian:
	command -v apt-get >/dev/null && { [ "$$(id -u)" = 0 ] || command -v sudo >/dev/null; } \
		|| { echo "Please install $(PACKAGES) (on Debian, as root: apt-get install $(PACKAGES)), then run make again." >&2; exit 1; }
	echo "Installing $(PACKAGES) from Debian's packages …"
	for pause in 5 30 0; do \
		$(APT) update && $(APT) install -y --no-install-recommends $(PACKAGES) >/dev/null && exit 0; sleep $$pause; \
	done; exit 1
