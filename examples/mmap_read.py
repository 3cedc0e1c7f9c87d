"""Reads a mapped file with read() and with a slice."""

import mmap

with open("lorem.txt", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        print("First 10 bytes via read :", mapped.read(10).decode())
        print("First 10 bytes via slice:", mapped[:10].decode())
        print("2nd   10 bytes via read :", mapped.read(10).decode())
