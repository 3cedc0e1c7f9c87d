"""Checks a file of records before it uses one: what is wrong is an error."""

import mmap
import os
import struct

COUNT = struct.Struct("<I")
READING = struct.Struct("<Bh")  # in water; tenths of a degree Celsius


def readings(data):
    if len(data) < COUNT.size:
        raise ValueError("no header")
    (count,) = COUNT.unpack_from(data)
    if len(data) != COUNT.size + count * READING.size:
        raise ValueError("another length than its header says")
    with memoryview(data) as view:
        found = list(READING.iter_unpack(view[COUNT.size :]))
    if any(in_water > 1 for in_water, _ in found):
        raise ValueError("a bool that is neither 0 nor 1")
    return found


for case in [
    b"\x02\0\0\0\x00\xd7\x00\x01\xd8\xff",  # a count of 2, two records
    b"\x02\0",
    b"\x02\0\0\0\x00\xd7\x00\x01\xd8",
    b"\xff\xff\xff\xff\x00\xd7\x00\x01\xd8\xff",
    b"\x02\0\0\0\x00\xd7\x00\x02\xd8\xff",
]:
    with open("readings.bin", "wb") as file:
        file.write(case)
    with open("readings.bin", "rb") as file:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            try:
                print(f"Ok({len(readings(mapped))})")
            except ValueError as error:
                print(f'Err("{error}")')
os.remove("readings.bin")
