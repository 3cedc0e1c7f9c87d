"""Appends records to a mapped file that grows in steps."""

import mmap
import os
import struct

STEP = 32 * 1024

with open("log.bin", "w+b") as file:
    file.truncate(STEP)
    mapped = mmap.mmap(file.fileno(), 0)
    maps = 1
    end = 8  # behind the header

    for number in range(1, 10_001):
        record = b"record %d\n" % number
        if len(mapped) - end < len(record):
            file.truncate(len(mapped) + STEP)
            mapped.close()
            mapped = mmap.mmap(file.fileno(), 0)
            maps += 1
        mapped[end : end + len(record)] = record
        end += len(record)
        struct.pack_into("=Q", mapped, 0, end)
    print(f"A log of {end} bytes, mapped {maps} times")
    mapped.close()
    file.truncate(end)  # gives back the rest of the last step

with open("log.bin", "rb") as file:
    last = file.read()[end - 13 :].decode()
print('Its file ends with "%s"' % last.replace("\n", "\\n"))
os.remove("log.bin")
