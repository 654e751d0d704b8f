#!/bin/sh
# Writes the lock files anew from pyproject.toml: hashes, no address in them, for 3.11 to 3.13.
# Run after a change of the dependencies; give --upgrade to move to newer versions.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-uv}
compile() {
    "$uv" pip compile pyproject.toml --quiet --generate-hashes --universal --python-version 3.11 \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"
}
# What a district runs, with both databases, the matching of records, backups, the relay of
# events, and Node for the web assets. Spark (400 MB) is left to those who outgrow one machine.
compile --extra postgresql --extra matching --extra assets --extra backup --extra relay \
    --output-file requirements.lock "$@"
# What tests and checks need besides; the same versions of everything above.
compile --extra postgresql --extra matching --extra assets --extra backup --extra relay \
    --extra distributed --extra dev \
    --constraint requirements.lock --output-file requirements-dev.lock "$@"
