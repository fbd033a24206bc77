# make run    installs what is missing, loads the demonstration city the first time, serves on PORT (8000)
# make test   installs what the tests need, then checks style, types and layers and runs every test
# The others: lint, lock, messages, assets, clean. CONTRIBUTING.md explains them.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.SUFFIXES:

PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes --no-deps
CATALOGUES := $(wildcard editorial/translations/*/LC_MESSAGES/messages.po)
PYTEST_ARGS ?=

.PHONY: run test lint lock messages assets browser port clean
.DEFAULT_GOAL := run


# --- to run -------------------------------------------------------------------------------------------------

run: port $(VENV)/.run assets $(CATALOGUES:.po=.mo) instance/secret_key
	@set -e; \
	: "$${SECRET_KEY:=$$(cat instance/secret_key)}" "$${BASE_URL:=http://127.0.0.1:$(PORT)}" "$${DEMO:=1}"; \
	export SECRET_KEY BASE_URL DEMO; \
	$(BIN)/editorial init; \
	$(BIN)/editorial demo --once; \
	exec $(BIN)/editorial serve --port $(PORT)

# Asked first, so that nobody waits for an installation only to hear it.
port:
	@if command -v python3 >/dev/null; then python3 tools/check-port "$(PORT)"; fi

# The demonstration's key. A real installation sets SECRET_KEY itself.
instance/secret_key: | $(VENV)/.venv
	@mkdir -p instance && umask 077 && $(BIN)/python -c 'import secrets; print(secrets.token_hex(32))' > $@

$(VENV)/.venv:
	@tools/make-venv $(VENV)
	@touch $@

$(VENV)/.run: requirements.txt setup.cfg pyproject.toml $(VENV)/.venv
	@echo "Installing the Python packages (about a minute the first time) …"
	@$(PIP) -r requirements.txt
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements-test.txt $(VENV)/.run
	@echo "Installing what the tests need …"
	@$(PIP) -r requirements-test.txt
	@touch $@

%/messages.mo: %/messages.po $(VENV)/.run
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@


# --- the browser's files ------------------------------------------------------------------------------------

assets: editorial/static/dist/.built

editorial/static/dist/.built: node_modules/.installed $(shell find assets -type f 2>/dev/null)
	@echo "Building scripts and styles …"
	@tools/npm run --silent build
	@touch $@

node_modules/.installed: package.json package-lock.json $(VENV)/.run
	@echo "Installing the front end's packages …"
	@tools/npm ci --silent --no-audit --no-fund
	@touch $@


# --- to test ------------------------------------------------------------------------------------------------

test: lint assets $(CATALOGUES:.po=.mo) browser
	$(BIN)/python -m pytest -n 2 --dist loadscope $(PYTEST_ARGS)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

browser:
	@tools/install-browser


# --- to keep in order ---------------------------------------------------------------------------------------

# Writes the exact versions, for every Python from 3.11 and every platform at once. UPGRADE=--upgrade takes newer ones.
COMPILE = $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock" --quiet $(UPGRADE)
lock: $(VENV)/.run
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet 'uv >=0.13, <0.14'
	$(COMPILE) setup.cfg --extra build -o requirements.txt
	$(COMPILE) setup.cfg --extra build --extra test -c requirements.txt -o requirements-test.txt
	$(COMPILE) requirements-node.in -o requirements-node.txt

# Collects the texts of code and templates into every catalogue; then translate what is new and run it again.
messages: $(VENV)/.run
	$(BIN)/python tools/collect-messages
	$(MAKE) $(CATALOGUES:.po=.mo)

# Everything that make made, except the data in instance/ and uploads/.
clean:
	rm -rf $(VENV) node_modules editorial/static/dist build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find editorial/translations -name '*.mo' -delete
