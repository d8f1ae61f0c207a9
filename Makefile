# Everything a fresh clone needs: `make run` and `make test`.
# Each stage of .venv leaves a stamp, so that a second run starts at once; what moved since is installed again.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-annotate pyproject.toml --group install

# What `make test` leaves to `make test-all`.
LONG := browser or postgres or kill or slow

.DEFAULT_GOAL := help
.PHONY: help run test test-all check soak drill bench size pictures bundle sbom lock clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/runtime ## start Zin: sample data, the operators' desk and the gateways' addresses on this machine
	@$(BIN)/zin serve

test: check ## what check does, then every test that needs no browser, PostgreSQL, killed process or minutes
	@$(BIN)/python -m pytest -n 3 --dist worksteal -m "not ($(LONG))"

test-all: .venv/tests ## the other tests
	@$(BIN)/python -m pytest -n 3 --dist worksteal -m "$(LONG)"

check: .venv/tests ## the quick part: style, types, floors, menus and licences
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache --no-logo
	@$(BIN)/zin check
	@$(BIN)/python -m tests.quality.licences

soak: .venv/tests ## calls while Valkey and workers are killed, 100,000 messages, SMPP, a backup and its return; before a release
	@$(BIN)/python -m pytest -s tests/soak/soak_hops.py tests/soak/soak_delivery.py tests/soak/soak_smpp.py tests/soak/soak_restore.py

drill: .venv/tests ## faults and upgrades under callers; ONLY=valkey_killed plays one; writes bench/drills.md
	@$(BIN)/python -m pytest -s tests/drill/drill_*.py $(if $(ONLY),-k $(ONLY))

bench: .venv/tests ## hops and messages a second, and what a hop costs; adds rows to bench/results.md
	@$(BIN)/python -m bench.hop
	@$(BIN)/python -m bench.peer
	@$(BIN)/python -m bench.workers
	@$(BIN)/python -m bench.delivery
	@$(BIN)/python -m bench.standings
	@$(BIN)/python -m bench.desk
	@$(BIN)/python -m bench.desk_pages
	@$(BIN)/python -m bench.files
	@$(BIN)/python -m bench.refusals
	@$(BIN)/python -m bench.registers
	@$(BIN)/python -m bench.sign_in
	@$(BIN)/python -m bench.smpp
	@$(BIN)/python -m bench.smpp_hops
	@$(BIN)/python -m bench.start
	@$(BIN)/python -m bench.idle
	@$(BIN)/python -m bench.memory
	@$(BIN)/python -m bench.worst_text

size: .venv/tests ## what an installation needs; adds a row to bench/results.md, writes docs/dimensionner.md
	@$(BIN)/python -m bench.size

pictures: .venv/tests ## take the pictures of the guides anew; needs Debian's chromium
	@$(BIN)/python -m tests.quality.pictures

bundle: .venv/runtime ## all that a machine without internet needs, in one archive: dist/zin-bundle.tar.gz
	@sh deploy/bundle/make.sh $(BIN)/python dist/zin-bundle.tar.gz

sbom: .venv/tests ## the bill of materials in CycloneDX: dist/zin.cdx.json
	@mkdir -p dist
	@$(BIN)/python -m tests.quality.sbom dist/zin.cdx.json

lock: .venv/made ## pin what pyproject.toml asks for; delete requirements*.lock before to take newer versions
	@$(PIP) install uv
	@$(LOCK) --output-file requirements.lock
	@$(LOCK) --extra telemetry --constraints requirements.lock --output-file requirements-telemetry.lock
	@$(LOCK) --extra telemetry --group dev --constraints requirements-telemetry.lock --output-file requirements-dev.lock

clean: ## remove the virtual environment and the caches; var/, with its data, stays
	@rm -rf .venv zin.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Zin needs Python 3.11 or newer: apt-get install python3, or make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Zin needs Python's venv: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making .venv, once; this takes about a minute."
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/runtime: .venv/made requirements.lock pyproject.toml
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/tests: .venv/runtime requirements-dev.lock
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m tests.support.node_smpp
	@touch $@
