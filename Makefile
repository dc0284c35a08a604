# Everything a person types: make run, make test. Each target installs what it needs into .venv.
.DEFAULT_GOAL := help
.PHONY: help run test unit soak systemd homeassistant crash crash-plans delivery check format bench bench-understanding bench-voice bench-ha bench-prediction eval-reasoner clean

export PYTHONSAFEPATH := 1
export UV_PROJECT_ENVIRONMENT := .venv

PYTHON ?= python3
BIN := .venv/bin
RUNS := .venv/.runs
READY := .venv/.ready

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# What running needs. The tools of `make check` and `make test` are 380 MB more, and sentences compiled beforehand take
# longer than what they save a first start: both come with the first target that is for who works on it.
$(RUNS): pyproject.toml uv.lock .ci/python
	@UV_NO_DEV=1 PYTHON=$(PYTHON) sh .ci/python
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m compileall -q daemon skills devices voice
	@touch $@

$(READY): $(RUNS)
	@PYTHON=$(PYTHON) sh .ci/python
	@$(BIN)/python -m skills.prebuilt
	@touch $@

run: $(RUNS) ## start Hearth with its own broker and a simulated home, and talk to it
	@$(BIN)/hearth run --demo --chat

test: $(READY) ## run all tests; installs Debian's mosquitto and espeak-ng where it may
	@sh .ci/packages
	@$(BIN)/pytest

unit: $(READY) ## the tests that need no service and no engine, in seconds
	@$(BIN)/pytest -m "not mosquitto and not audio and not system and not slow and not soak"

systemd: $(READY) ## our unit under a systemd of its own, in a minute; needs root
	@$(BIN)/pytest tests/systemd

homeassistant: $(READY) ## the bridge against a real Home Assistant, which it installs
	@$(BIN)/pytest -m homeassistant

soak: $(READY) ## days of silence, thousands of turns, half an hour of television, 200 days foretold: in twenty minutes
	@sh .ci/packages
	@$(BIN)/pytest -m soak

crash: $(READY) ## kill the time ledger 2,000 times, and look whether anything was lost, in five minutes
	@$(BIN)/python -m tests.crash

crash-plans: $(READY) ## kill plans 500 times, and look whether a step was lost or done twice, in ten minutes
	@$(BIN)/python -m tests.crash.planned

delivery: $(READY) ## tell 10,000 notices to people over channels that fail, in minutes
	@$(BIN)/python -m tests.bench.delivery

check: $(READY) ## format, lint, types, walls
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/pyright
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(READY) ## put the code into form
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(READY) ## measure speed and memory; writes bench.json and prints a table
	@sh .ci/packages
	@$(BIN)/python -m tests.bench

bench-understanding: $(READY) ## the sentence engine beside hassil, at 10 to 5,000 entities
	@$(BIN)/python -m tests.bench understanding --json bench-understanding.json

bench-voice: $(READY) ## speech: how long it waits, how soon it is silent, how often it is right
	@sh .ci/packages
	@$(BIN)/python -m tests.bench voice --json bench-voice.json

bench-ha: $(READY) ## Home Assistant's Assist and Hearth side by side
	@$(BIN)/python -m tests.bench homeassistant --json bench-ha.json

bench-prediction: $(READY) ## 200 days foretold and lived in the simulated home, in 40 minutes
	@sh .ci/packages
	@$(BIN)/python -m tests.bench prediction --json bench-prediction.json

eval-reasoner: $(READY) ## what a real model makes of our sentences: MODEL=qwen3:4b
	@$(BIN)/python -m tests.evaluate $(MODEL) $(if $(URL),--url $(URL)) $(if $(LIMIT),--limit $(LIMIT))

clean: ## remove the environment and everything built
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache dist
