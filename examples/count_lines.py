"""Counts the lines of what can be mapped and of what cannot; for Linux."""

import os
import re

from input_bytes import map_or_read, open_input


def lines_of(descriptor):
    found = map_or_read(descriptor)
    lines = sum(1 for _ in re.finditer(b"\n", found))
    return lines, "mapped" if isinstance(found, memoryview) else "read"


reader, writer = os.pipe()
os.write(writer, b"one\ntwo\n")
os.close(writer)
for name in ["lorem.txt", "/proc/version", ".", "a pipe"]:
    descriptor = reader if name == "a pipe" else open_input(name)
    try:
        lines, how = lines_of(descriptor)
        print(f"{name}: {lines}, {how}")
    except OSError as error:
        print(f"{name}: {error.strerror} (os error {error.errno})")
    os.close(descriptor)
