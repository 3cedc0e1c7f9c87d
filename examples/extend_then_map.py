"""Makes a file longer, then maps it and writes into the new part."""

import mmap
import os
import shutil

shutil.copyfile("lorem.txt", "lorem_copy.txt")
with open("lorem_copy.txt", "r+b") as file:
    more = b"Finis.\n"
    old = file.seek(0, os.SEEK_END)
    print(f"The file is {old} bytes long")
    file.truncate(old + len(more))

    with mmap.mmap(file.fileno(), 0) as mapped:
        print(f"The map is {len(mapped)} bytes long")
        print("The new part holds", list(mapped[old:]))
        mapped[old:] = more
        mapped.flush()

with open("lorem_copy.txt") as file:
    print(f'The file ends in "{file.readlines()[-1].strip()}"')
os.remove("lorem_copy.txt")
