# Holdfast. `make run` sets up and runs the Paris scenario; `make test` sets up and runs every check and test.
#
#   make run     the Paris scenario, from a bare machine with Python 3.11 (with venv), git and make
#   make monitor an agreement watched: the observer mission's daily figures in a record, its status, a month's report
#   make test    lint, types, imports, then every test
#   make quick   lint and the fast tests, in under 90 seconds
#   make twin    the chain against its exact twin, by itself
#   make check   lint, format, types, imports; no tests
#   make format  let ruff mend what it can
#   make bench   the benchmarks, beside their peers, in an environment of their own; make bench-agpl, beside one under the AGPL
#   make lock    choose versions anew and write requirements/*.txt
#   make clean   remove what make and holdfast made (.venv, caches, holdfast-out)
#
# Set-up is done once: a stamp in .venv is newer than the requirements it was made from.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BENCH_VENV := .venv-bench
BIN := $(VENV)/bin
SCENARIO ?= catalog/paris-2025/scenario.yaml
PYTEST_ARGS ?=
# Whole files of tests side by side, in their order: those that take longest (tests/cli, laws, reference) come before the many
# short ones, which even out what is left. So what a file's tests share is made once, and what they fork or count is their own.
# `make test TEST_PROCESSES=0` runs all in one process.
TEST_PROCESSES ?= 2
# What `make quick` leaves out takes longer than it tells: kills and full disks, fuzzing, monitoring, comparison with the twin.
QUICK := src tests/unit tests/test_house.py tests/test_docs.py --ignore=tests/unit/study --ignore=tests/unit/monitoring --ignore=tests/unit/scenario/test_fuzz.py

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_CUSTOM_COMPILE_COMMAND := make lock
# Trust what the machine trusts, as pip does.
export UV_SYSTEM_CERTS ?= true

# Environments are made by this recipe: `$(call make_venv,FOLDER)`. One that is there already is kept if its
# Python is new enough; pip and uv are added where they are missing.
define make_venv
if ! $(1)/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  for candidate in $(PYTHON) python3.11 python3.12 python3.13 python3; do
    if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found="$$candidate"; break; fi
  done
  if [ -z "$${found:-}" ]; then echo "Holdfast needs Python 3.11 or newer; none was found. Name one: make PYTHON=/path/to/python3.11 run" >&2; exit 1; fi
  echo "Making $(1) with $$("$$found" --version)"
  "$$found" -m venv --clear $(1) || { echo "That Python has no venv (on Debian: apt-get install python3-venv)." >&2; exit 1; }
fi
if ! command -v uv >/dev/null && [ ! -x $(1)/bin/uv ]; then
  $(1)/bin/python -m pip --version >/dev/null 2>&1 || $(1)/bin/python -m ensurepip --upgrade >/dev/null
  $(1)/bin/python -m pip install --quiet --require-hashes -r requirements/uv.txt
fi
uv=$$(command -v uv || echo $(1)/bin/uv)
endef

.PHONY: help
help:
	@sed -n '3,12p' Makefile | cut -c3-

$(VENV)/.stamp-run: requirements/run.txt requirements/uv.txt pyproject.toml
	@$(call make_venv,$(VENV))
	echo "Installing what Holdfast runs on (requirements/run.txt)"
	"$$uv" pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/run.txt
	"$$uv" pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.stamp-dev: requirements/dev.txt $(VENV)/.stamp-run
	@$(call make_venv,$(VENV))
	echo "Installing what the tests run on (requirements/dev.txt)"
	"$$uv" pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.txt
	touch $@

.PHONY: setup setup-dev chromium
setup: $(VENV)/.stamp-run
setup-dev: $(VENV)/.stamp-dev

chromium:
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; then exit 0; fi
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	  echo "Installing Debian's chromium, for the tests of the page"
	  apt-get update -qq
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
	else
	  echo "No chromium here: the tests of the page in a browser will be skipped. Install it (on Debian: apt-get install chromium) to run them." >&2
	fi

.PHONY: run
run: setup
	@$(BIN)/holdfast run $(SCENARIO)

# The record of the worked example is made anew each time; whoever watches an agreement keeps theirs elsewhere.
MONITOR_AGREEMENT := catalog/donbas-2015
MONITOR_OUT := holdfast-out/donbas-2015
MONITOR_PERIOD ?= 2021-11-01/2021-11-30
.PHONY: monitor
monitor: setup
	@if [ -e $(MONITOR_OUT) ]; then echo "Removing $(MONITOR_OUT), which an earlier 'make monitor' made"; rm -rf $(MONITOR_OUT); fi
	mkdir -p $(MONITOR_OUT)
	$(BIN)/holdfast monitor init $(MONITOR_OUT)/record --agreement $(MONITOR_AGREEMENT)/agreement.yaml
	$(BIN)/holdfast monitor add $(MONITOR_OUT)/record $(MONITOR_AGREEMENT)/daily-figures.csv
	$(BIN)/holdfast monitor status $(MONITOR_OUT)/record
	$(BIN)/holdfast monitor report $(MONITOR_OUT)/record --period $(MONITOR_PERIOD) --out $(MONITOR_OUT)/report
	echo "The figures are the OSCE mission's, for non-commercial use with acknowledgement: $(MONITOR_AGREEMENT)/NOTICE.md"

.PHONY: check
check: setup-dev
	@echo "ruff: lint"; $(BIN)/ruff check .
	echo "ruff: format"; $(BIN)/ruff format --check .
	echo "import-linter"; $(BIN)/lint-imports --no-logo
	echo "pyright"; $(BIN)/basedpyright

.PHONY: test
test: setup-dev chromium check
	@$(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

.PHONY: twin
twin: setup-dev
	@$(BIN)/python -m pytest -q tests/reference $(PYTEST_ARGS)

.PHONY: quick
quick: setup-dev
	@$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -q -m "not slow and not browser" $(QUICK) $(PYTEST_ARGS)

.PHONY: format
format: setup-dev
	@$(BIN)/ruff check --fix . || true
	$(BIN)/ruff format .

# The peers under the AGPL have an environment that nothing else shares: `.venv-bench-agpl` is made from requirements/peers-agpl.txt.
$(BENCH_VENV)/.stamp $(BENCH_VENV)-agpl/.stamp: $(BENCH_VENV)%/.stamp: requirements/peers%.txt requirements/run.txt requirements/uv.txt pyproject.toml
	@$(call make_venv,$(@D))
	"$$uv" pip install --quiet --compile-bytecode --python $(@D)/bin/python --require-hashes -r requirements/run.txt -r $<
	"$$uv" pip install --quiet --python $(@D)/bin/python --no-deps --no-build-isolation --editable .
	touch $@

.PHONY: bench bench-agpl
bench: $(BENCH_VENV)/.stamp
	@$(BENCH_VENV)/bin/python benchmarks/chain_speed.py
	@$(BENCH_VENV)/bin/python benchmarks/voting_speed.py
	@$(BENCH_VENV)/bin/python benchmarks/bargaining_speed.py
	@$(BENCH_VENV)/bin/python benchmarks/spatial_speed.py
	@$(BENCH_VENV)/bin/python benchmarks/bargaining_outcomes.py
	@$(BENCH_VENV)/bin/python benchmarks/linkage_quality.py
	@$(BENCH_VENV)/bin/python benchmarks/monitoring_load.py
	@$(BENCH_VENV)/bin/python benchmarks/monitoring_load.py --day

bench-agpl: $(BENCH_VENV)-agpl/.stamp
	@$(BENCH_VENV)-agpl/bin/python benchmarks/pareto_agpl.py

# One resolution for all: dev holds run, and run and peers take dev's versions.
.PHONY: lock
lock:
	@$(call make_venv,$(VENV))
	compile() { "$$uv" pip compile --quiet --upgrade --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links "$$@"; }
	compile requirements/uv.in -o requirements/uv.txt
	compile pyproject.toml --group build --group dev -o requirements/dev.txt
	compile pyproject.toml --group build -c requirements/dev.txt -o requirements/run.txt
	compile pyproject.toml --group build --group peers -c requirements/dev.txt -o requirements/peers.txt
	compile pyproject.toml --group build --group peers-agpl -c requirements/dev.txt -o requirements/peers-agpl.txt
	if grep -nE '(https?|file)://' requirements/*.txt; then echo "A requirements file names an address; see above." >&2; exit 1; fi

.PHONY: clean
clean:
	rm -rf $(VENV) $(BENCH_VENV) $(BENCH_VENV)-agpl holdfast-out dist build .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
