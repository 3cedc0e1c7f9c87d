"""Maps a whole file, a part of it, a file that gets longer, and memory."""

import mmap
import os
import shutil

shutil.copyfile("lorem.txt", "lorem_copy.txt")
os.truncate("lorem_copy.txt", 800)

with open("lorem.txt", "rb") as file:
    whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    # The offset has to be a multiple of ALLOCATIONGRANULARITY, so skip to the
    # part.
    skip = 64 % mmap.ALLOCATIONGRANULARITY
    part = mmap.mmap(
        file.fileno(), skip + 7, access=mmap.ACCESS_READ, offset=64 - skip
    )
with open("lorem_copy.txt", "r+b") as file:
    longer = mmap.mmap(file.fileno(), 0)
anonymous = mmap.mmap(-1, 100)

print(f"whole    : {len(whole)} of {whole.size()} bytes")
print(f"part     : {len(part[skip:])} of {part.size()} bytes")
print(f"longer   : {len(longer)} of {longer.size()} bytes")
print(f"anonymous: {len(anonymous)} bytes")
os.remove("lorem_copy.txt")
