"""Checks a table that came from elsewhere, once, before it is searched."""

import bisect
import mmap
import os
import struct

KEY = struct.Struct("<I")


def table(data):
    if len(data) % KEY.size:
        raise ValueError("cut off within a key")
    keys = [key for (key,) in KEY.iter_unpack(data)]
    # Strictly: of two equal keys, a search finds either.
    if any(one >= other for one, other in zip(keys, keys[1:])):
        raise ValueError("not sorted")
    return keys


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
            row = bisect.bisect_left(unchecked, 7)
            found = f"Some({row})" if unchecked[row : row + 1] == [7] else None
            print(f"{checked}; unchecked, 7 is in row {found}")
os.remove("keys.table")
