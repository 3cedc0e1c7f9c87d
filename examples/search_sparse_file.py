"""Searches a file of 1 TiB through a window that moves, on Linux."""

import errno
import mmap
import os
import re

WINDOW = 1 << 20

with open("file", "x+b", buffering=0) as file:
    os.remove("file")  # its name: the file stays while it is open
    file.write(b"." * (2 * WINDOW))
    for at in [WINDOW - 3, 1 << 39, (1 << 40) - 5]:
        os.pwrite(file.fileno(), b"nulla", at)

    found, hole = [], 0
    while True:
        try:
            data = os.lseek(file.fileno(), hole, os.SEEK_DATA)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            break  # nothing but a hole up to the end
        hole = os.lseek(file.fileno(), data, os.SEEK_HOLE)
        data -= data % mmap.ALLOCATIONGRANULARITY
        for start in range(data, hole, WINDOW):
            # As much longer as a word may reach into the next window.
            length = min(WINDOW + 4, hole - start)
            with mmap.mmap(
                file.fileno(), length, access=mmap.ACCESS_READ, offset=start
            ) as mapped:
                for match in re.finditer(b"nulla", mapped):
                    found.append(start + match.start())
    print(f"{found} in {os.fstat(file.fileno()).st_size} bytes")
