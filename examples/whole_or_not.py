"""Tells a record that is whole from one that is there in part."""

import mmap
import os
import zlib


def text(record):
    """The text after a checksum and a length, if all three belong together."""
    found = int.from_bytes(record[:4], "little")
    length = int.from_bytes(record[4:8], "little")
    rest = record[4 : 8 + length]
    whole = len(rest) == 4 + length and zlib.crc32(rest) == found
    return rest[4:] if whole else None


def say(what, record):
    found = text(record)
    print(f"{what}: {'not whole' if found is None else found.decode()}")


record = (14).to_bytes(4, "little") + b"Ann 70, Ben 30"
with open("record.bin", "x+b") as file:
    file.write(zlib.crc32(record).to_bytes(4, "little") + record)
    file.flush()
    mapped = mmap.mmap(file.fileno(), 0)
say("as it was", mapped)
say("cut short", mapped[:20])
say("all zeros", bytes(22))
mapped[12] ^= 1
say("one bit", mapped)
mapped[4:8] = b"\xff" * 4
say("its length", mapped)
mapped.close()
os.remove("record.bin")
