# Counts added, changed and removed products from the lines that only one of two feeds has. Those of the new feed begin with a tab (comm)
# or with > (diff). The id is the first value of a line.
BEGIN { FS = "\"" }
/^[\t>]/ { came[$4] = 1; next }
{ gone[$4] = 1 }
END {
  for (id in came) { if (id in gone) changed++; else added++ }
  for (id in gone) if (!(id in came)) removed++
  print added + 0, changed + 0, removed + 0
}
