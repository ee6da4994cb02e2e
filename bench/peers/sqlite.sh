#!/usr/bin/env bash
# sqlite.sh <old feed> <new feed>: imports both into a database in memory, indexes them by id, and joins them.
set -euo pipefail
# Cut out of its fixed place: a seventh quicker in all than json_extract, which has to parse the line.
id() { echo "substr($1, 8, instr(substr($1, 8), char(34)) - 1)"; }
sqlite3 -batch :memory: <<SQL
.output /dev/null
pragma journal_mode = off;
pragma synchronous = off;
pragma temp_store = memory;
pragma threads = $(nproc);
.output stdout
.mode ascii
.separator "\037" "\n"
create table old(line text);
create table new(line text);
.import '$1' old
.import '$2' new
create unique index old_id on old($(id line));
create unique index new_id on new($(id line));
.mode list
.separator " "
select
  (select count(*) from new n left join old o on $(id o.line) = $(id n.line) where o.line is null),
  (select count(*) from new n join old o on $(id o.line) = $(id n.line) where o.line <> n.line),
  (select count(*) from old o left join new n on $(id n.line) = $(id o.line) where n.line is null);
SQL
