"""Reads a mapped file line by line, and finds the lines with "Vivamus"."""

import mmap

with open("lorem.txt", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        for number, line in enumerate(iter(mapped.readline, b""), start=1):
            if line.find(b"Vivamus") >= 0:
                print(f"line {number} ends at byte {mapped.tell()}")
        mapped.seek(0)
        print(f"{len(mapped[:].splitlines())} lines in all")
