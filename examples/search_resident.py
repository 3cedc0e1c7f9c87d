"""Asks Linux how much of a map is in memory after a search."""

import mmap
import os
import re

MIB = 1 << 20


def kib(count):
    """What Linux counts of the map, in KiB."""
    with open("/proc/self/smaps") as file:
        _, of_map = file.read().split("/file (deleted)", 1)
    return int(of_map.split(count, 1)[1].split()[0])


with open("file", "x+b") as file:
    os.remove("file")  # its name: the file stays while it is open
    file.truncate(16 * MIB)
    for window in [16 * MIB, MIB]:
        found, held, own = 0, 0, 0
        for offset in range(0, 16 * MIB, window):
            with mmap.mmap(
                file.fileno(), window, access=mmap.ACCESS_READ, offset=offset
            ) as mapped:
                found += len(re.findall(b"nulla", mapped))
                held = max(held, -(-kib("Rss:") // 1024))
                own = max(own, kib("Anonymous:"))
        print(f"{window // MIB} MiB mapped at a time, {found} places:")
        print(f"  {held} MiB resident, {own} KiB of it anonymous")
