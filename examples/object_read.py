"""Reads a mapped file by position and by slice, through one object."""

import mmap

with open("lorem.txt", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        print("First 10 bytes via read :", mapped.read(10).decode())
        print("First 10 bytes via slice:", mapped[:10].decode())
        print("2nd   10 bytes via read :", mapped.read(10).decode())
        print("Next byte: {!r}".format(chr(mapped.read_byte())))
        print("Position :", mapped.tell())
