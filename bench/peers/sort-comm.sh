#!/usr/bin/env bash
# sort-comm.sh <old feed> <new feed>: sorts both and compares the sorted lines.
set -euo pipefail
comm -3 <(sort "$1") <(sort "$2") | awk -f "$(dirname "$0")/counts.awk"
