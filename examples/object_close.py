"""Writes changes back to the file, and learns whether that worked."""

import mmap
import os
import shutil

shutil.copyfile("lorem.txt", "lorem_copy.txt")
with open("lorem_copy.txt", "r+b") as file:
    mapped = mmap.mmap(file.fileno(), 0)

mapped[:5] = b"LOREM"
mapped.flush(0, 5)
print("flushed 5 bytes")
mapped.flush()
print(f"flushed all {len(mapped)} bytes")
try:
    mapped.flush(700, 100)
except ValueError:
    print("refused to flush past the end")
mapped.close()
with open("lorem_copy.txt") as file:
    print(f'closed; the file starts with "{file.read(11)}"')
os.remove("lorem_copy.txt")
