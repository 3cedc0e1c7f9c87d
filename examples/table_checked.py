"""Checks a table that came from elsewhere, once, before it is searched."""

import mmap
import os
import struct

KEY = struct.Struct("<I")


def table(data):
    if len(data) % KEY.size:
        raise ValueError("cut off within a key")
    keys = [key for (key,) in KEY.iter_unpack(data)]
    # Strictly: of equal keys, a search finds one.
    if any(one >= other for one, other in zip(keys, keys[1:])):
        raise ValueError("not sorted")
    return keys


def find(keys, key):
    """The row of a key, if the keys are sorted."""
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low if keys[low : low + 1] == [key] else None


tables = [(1, 3, 5, 7), (7, 5, 3, 1), (1, 3, 3, 7)]
files = [struct.pack("<4I", *keys) for keys in tables]
for data in files + [b"\x01\0\0\0\x03"]:
    with open("keys.table", "wb") as file:
        file.write(data)
    with open("keys.table", "rb") as file:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            try:
                checked = f"Ok({len(table(mapped))})"
            except ValueError as error:
                checked = f'Err("{error}")'
            whole = len(mapped) - len(mapped) % KEY.size
            unchecked = [key for (key,) in KEY.iter_unpack(mapped[:whole])]
            row = find(unchecked, 7)
            found = row if row is None else f"Some({row})"
            print(f"{checked}; unchecked, 7 is in row {found}")
os.remove("keys.table")
