# wenbao: `make` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help setup install run test soak lint eval bench screenshots clean

BIN := .venv/bin
INSTALLED := .venv/.installed
# Where the database and the indexes are: the same rule as rag/settings.py, for one stamp file.
DATA := $(or $(WENBAO_DATA),$(shell sed -n 's/^WENBAO_DATA=//p' .env 2>/dev/null | tail -n 1 | tr -d "\"'"),.wenbao)
# Folder of the reports that eval/suites/national.jsonl asks about; the suite is passed over where there is none.
NATIONAL ?= national
# More arguments for run, test, eval and bench: make test ARGS="-k figures"
ARGS ?=
export PYTHON

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

setup: install ## fill .venv, fetch the models, ingest the seeds; costs nothing when all is there
	@$(BIN)/wenbao models pull
	@test "$(DATA)/.seeds" -nt seeds/manifest.json || { $(BIN)/wenbao ingest seeds/*.txt && mkdir -p "$(DATA)" && touch "$(DATA)/.seeds"; }

run: setup ## serve on http://127.0.0.1:8000
	@exec $(BIN)/wenbao-serve $(ARGS)

test: setup ## run every test
	@scripts/install_browser || true
	@$(BIN)/python -m pytest -q $(ARGS)

soak: setup ## the long tests: fuzzing, kills, load
	@$(BIN)/python -m pytest -q -m soak $(ARGS)

lint: install ## check style, types and the direction of imports
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "Run .venv/bin/ruff format, then make lint again." >&2; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@report=$$($(BIN)/lint-imports --no-logo) || { echo "$$report"; exit 1; }

eval: setup ## answer the suites, write scorecards to build/eval, hold them against the baseline
	@$(BIN)/wenbao-eval run --cases seeds/questions.jsonl --corpus seeds --out build/eval/seeds --resume $(ARGS)
	@$(BIN)/wenbao-eval run --cases eval/suites/national.jsonl --corpus "$(NATIONAL)" --out build/eval/national --resume --optional $(ARGS)
	@$(BIN)/wenbao-eval gate build/eval/seeds/scorecard.json eval/baseline.json

bench: setup ## measure what a question costs, by stage, to build/bench
	@$(BIN)/wenbao-eval bench --out build/bench $(ARGS)

screenshots: setup ## take pictures of the page to build/screenshots, and the README's to docs/images
	@scripts/install_browser
	@$(BIN)/python -m tests.browser.take_screenshots $(ARGS)

clean: ## remove .venv and what was built; data and models stay
	@rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

install: $(INSTALLED)

# Again when the folder was moved, as the commands in .venv hold its path.
ifneq ($(CURDIR),$(shell cat $(INSTALLED) 2>/dev/null))
.PHONY: $(INSTALLED)
endif
$(INSTALLED): pyproject.toml constraints.txt scripts/install
	@scripts/install
