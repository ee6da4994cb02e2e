#!/usr/bin/env bash
# diff.sh <old feed> <new feed>: compares the files line by line.
set -euo pipefail
# diff says with status 1 that the files differ.
{ diff --speed-large-files "$1" "$2" || (($? == 1)); } | grep '^[<>]' | awk -f "$(dirname "$0")/counts.awk"
