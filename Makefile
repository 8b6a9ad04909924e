PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help install test lint types contracts wheel schemas docs demo bench lock clean
help:            ## list the targets
	@grep -E '^[a-z]+: .*##|^[a-z]+:  +##' $(MAKEFILE_LIST) | sed 's/:.*##/ —/'

install: $(STAMP)  ## make .venv with the pinned, hashed packages
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

test: $(STAMP)   ## run the test suite
	$(BIN)/python -m pytest -q -n auto

lint: $(STAMP)   ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)  ## mypy, strict
	$(BIN)/mypy

contracts: $(STAMP)  ## who may import whom
	$(BIN)/lint-imports

wheel: $(STAMP)  ## build the wheel and the sdist, check what is in them, install and run it in a clean environment
	rm -rf dist .wheelcheck
	$(BIN)/python -m build --no-isolation --outdir dist >/dev/null
	$(BIN)/check-wheel-contents dist/*.whl
	$(PYTHON) -m venv .wheelcheck
	.wheelcheck/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	.wheelcheck/bin/pip install --quiet --disable-pip-version-check --no-deps dist/*.whl
	cd / && $(CURDIR)/.wheelcheck/bin/auditor --version && $(CURDIR)/.wheelcheck/bin/auditor rules list >/dev/null
	rm -rf .wheelcheck

schemas: $(STAMP)  ## write the JSON Schemas of every file that is read or written
	$(BIN)/python -m auditor.schemas.generate

demo: $(STAMP)   ## an audit, a traced mail path, an estimate
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh docs/demo.sh

bench: $(STAMP)  ## speed, as ratios, and how large jobs of the IAM engine grow
	$(BIN)/python bench/run.py
	$(BIN)/python bench/growth.py

lock:            ## resolve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" -o requirements.lock

clean:           ## remove what the targets made
	rm -rf $(VENV) .wheelcheck dist .mypy_cache .ruff_cache .pytest_cache .coverage* .hypothesis .import_linter_cache
