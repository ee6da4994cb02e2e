#!/usr/bin/env bash
# sort-comm.sh <old feed> <new feed>: sorts both and compares the sorted lines.
set -euo pipefail
# Each on every core, and in a quarter of the memory: enough for a million records to need no temporary files.
sorted() { sort --parallel="$(nproc)" --buffer-size=25% "$1"; }
comm -3 <(sorted "$1") <(sorted "$2") | awk -f "$(dirname "$0")/counts.awk"
