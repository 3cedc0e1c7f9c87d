"""Writes to a mapped file through its file methods, and closes it."""

import mmap
import os
import shutil

shutil.copyfile("lorem.txt", "lorem_copy.txt")
with open("lorem_copy.txt", "r+b") as file:
    mapped = mmap.mmap(file.fileno(), 0)

mapped.seek(6)
print("Position after the seek :", mapped.tell())
mapped.write(b"IPSUM DOLOR")
print("Position after the write:", mapped.tell())
mapped.flush()
mapped.close()

with open("lorem_copy.txt") as file:
    print(f'The file starts with "{file.read(26)}"')
os.remove("lorem_copy.txt")
