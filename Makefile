# The commands of guanggu. Each one works on a fresh clone; nothing has to be prepared.
# python is any 3.11 or later; PORT (default 8000) is where `make up` serves.
SHELL := /bin/sh
export PYTHON PORT ONLY WORKERS
python := sh tools/with_python.sh
venv := .venv/bin/python

.PHONY: help up prepare test check bench new lock clean

help:  ## say what there is
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 12

up:  ## prepare whatever is missing, then serve the sample district
	@$(python) tools/up.py

prepare:  ## what `make up` does, without serving
	@$(python) tools/up.py --only-prepare

test:  ## the whole suite, on SQLite and on PostgreSQL
	@$(python) tools/suite.py

check:  ## format, lint, types, imports, style
	@$(python) tools/check.py

bench:  ## every benchmark; SHORT=1 for only the short form of those that CI runs
	@$(python) tools/benches.py $(if $(SHORT),--short)

new:  ## a new app that passes the conformance suite: make new APP=name
	@test -n "$(APP)" || { echo "请写明名称 / say its name: make new APP=name"; exit 2; }
	@$(python) tools/up.py --only-packages
	@$(venv) -m guanggu.site.command new $(APP)

lock:  ## write the lock files anew
	@tools/lock.sh

clean:  ## remove what was built; data in var/ stays
	rm -rf .venv node_modules guanggu/web/static/vendor var/static var/stamps
	rm -rf .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
