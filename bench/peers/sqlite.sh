#!/usr/bin/env bash
# sqlite.sh <old feed> <new feed>: imports both into a database in memory, indexes them by id, and joins them.
set -euo pipefail
sqlite3 -batch :memory: <<SQL
.mode ascii
.separator "\037" "\n"
create table old(line text);
create table new(line text);
.import '$1' old
.import '$2' new
create unique index old_id on old(json_extract(line, '\$.id'));
create unique index new_id on new(json_extract(line, '\$.id'));
.mode list
.separator " "
select
  (select count(*) from new n left join old o on json_extract(o.line, '\$.id') = json_extract(n.line, '\$.id') where o.line is null),
  (select count(*) from new n join old o on json_extract(o.line, '\$.id') = json_extract(n.line, '\$.id') where o.line <> n.line),
  (select count(*) from old o left join new n on json_extract(n.line, '\$.id') = json_extract(o.line, '\$.id') where n.line is null);
SQL
