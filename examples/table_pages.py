"""Counts the blocks of a table that lookups touch."""

import mmap
import os
import struct

KEY = struct.Struct("<Q")


def find(table, key, seen):
    """The row of a key, having noted the blocks of 4,096 bytes it touches."""
    low, high = 0, len(table) // KEY.size
    while low < high:
        middle = (low + high) // 2
        seen.add(middle * KEY.size // 4096)
        if KEY.unpack_from(table, middle * KEY.size)[0] < key:
            low = middle + 1
        else:
            high = middle
    if low * KEY.size == len(table):
        return None
    (found,) = KEY.unpack_from(table, low * KEY.size)
    return low if found == key else None


with open("keys.table", "xb") as file:
    file.write(b"".join(KEY.pack(3 * n) for n in range(1 << 19)))

with open("keys.table", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as table:
        if hasattr(mmap, "MADV_RANDOM"):
            table.madvise(mmap.MADV_RANDOM)
        blocks = len(table) // 4096
        for lookups in [1, 10, 100, 1000]:
            seen, found = set(), 0
            for n in range(lookups):
                row = find(table, n * (3 << 19) // lookups, seen)
                found += row is not None
            touched = f"{len(seen)} of {blocks} blocks"
            print(f"{lookups} keys, {found} found: {touched}")
os.remove("keys.table")
