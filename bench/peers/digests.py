"""digests.py <old feed> <new feed>: a dictionary from id to the digest of the line, looked up line by line."""

import sys
from hashlib import blake2b

AT = len(b'{"id":"')


def digests(path):
    with open(path, "rb", buffering=1 << 20) as lines:
        return {line[AT : line.index(b'"', AT)]: blake2b(line, digest_size=16).digest() for line in lines}


old = digests(sys.argv[1])
added = changed = 0
with open(sys.argv[2], "rb", buffering=1 << 20) as lines:
    for line in lines:
        known = old.pop(line[AT : line.index(b'"', AT)], None)
        if known is None:
            added += 1
        elif known != blake2b(line, digest_size=16).digest():
            changed += 1
        else:
            continue
print(added, changed, len(old))
