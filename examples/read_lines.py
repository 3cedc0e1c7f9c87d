"""Reads a mapped file line by line."""

import mmap

with open("lorem.txt", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        while True:
            start = mapped.tell()
            line = mapped.readline()
            if not line:
                break
            print(f"{start:3}:", line.decode(errors="replace"), end="")
