"""Maps a file and reads it as text."""

import mmap

with open("lorem.txt", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        text = str(mapped, "utf-8")
        print(text[:26])
        print(f"{len(mapped)} bytes, {len(text.splitlines())} lines")
