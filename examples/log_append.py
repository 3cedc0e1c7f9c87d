"""Appends records to a log in a mapped file, which grows in steps."""

import mmap
import os
import struct

STEP = 32 * 1024
END = struct.Struct("=Q")


def append(file, mapped, record):
    """Appends to a log, whose first 8 bytes say where it ends."""
    end = END.unpack_from(mapped)[0] if len(mapped) >= END.size else 0
    if not END.size <= end <= len(mapped):
        raise ValueError("no log")
    new_end = end + len(record)
    if new_end > len(mapped):
        file.truncate(-(-new_end // STEP) * STEP)
        mapped.close()
        mapped = mmap.mmap(file.fileno(), 0)
    mapped[end:new_end] = record
    END.pack_into(mapped, 0, new_end)
    return mapped, new_end


with open("log.bin", "x+b", buffering=0) as file:
    file.write(END.pack(END.size))  # an empty log
    mapped = mmap.mmap(file.fileno(), 0)
    for number in range(1, 10_001):
        mapped, _ = append(file, mapped, b"record %d\n" % number)
    mapped, end = append(file, mapped, b"-" * 40_000)
    print(f"A log of {end} bytes in a map of {len(mapped)}")
    mapped.close()
os.remove("log.bin")
