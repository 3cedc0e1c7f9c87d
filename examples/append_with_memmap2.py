"""Appends to a file through a plain map: longer file, old map gone, new map."""

import mmap
import os
import shutil


def append(file, mapped, more):
    """Appends to a file that is mapped, and returns a map of all of it."""
    old = len(mapped)
    mapped.close()
    if os.fstat(file.fileno()).st_size != old:
        raise ValueError("the file is not as long as its map")
    file.truncate(old + len(more))
    try:
        mapped = mmap.mmap(file.fileno(), 0)
    except BaseException:
        file.truncate(old)  # or only zeros would be appended
        raise
    mapped[old:] = more
    return mapped


shutil.copyfile("lorem.txt", "lorem_copy.txt")
with open("lorem_copy.txt", "r+b") as file:
    mapped = mmap.mmap(file.fileno(), 0)
    for more in [b"Finis.\n", b"Explicit liber.\n"]:
        mapped = append(file, mapped, more)
        print(f"map {len(mapped)}, file {os.fstat(file.fileno()).st_size}")
    mapped.flush()
    mapped.close()

with open("lorem_copy.txt") as file:
    print(file.readlines()[-1].strip())
os.remove("lorem_copy.txt")
