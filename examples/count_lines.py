"""Counts the lines of what can be mapped and of what cannot; for Linux."""

import mmap
import os
import re
import stat


def lines_of(file):
    about = os.stat(file.fileno())
    if stat.S_ISREG(about.st_mode) and about.st_size > 0:
        try:
            access = mmap.ACCESS_READ
            with mmap.mmap(file.fileno(), 0, access=access) as mapped:
                return sum(1 for _ in re.finditer(b"\n", mapped)), "mapped"
        except OSError:
            pass
    return file.read().count(b"\n"), "read"


open("empty.txt", "x").close()
reader, writer = os.pipe()
os.write(writer, b"one\ntwo\n")
os.close(writer)
names = {reader: "a pipe"}
for path in ["lorem.txt", "empty.txt", "/proc/version", ".", reader]:
    name = names.get(path, path)
    try:
        with open(path, "rb") as file:
            lines, how = lines_of(file)
            print(f"{name:13}: {lines:2}, {how}")
    except OSError as error:
        print(f"{name:13}: {error.strerror} (os error {error.errno})")
os.remove("empty.txt")
