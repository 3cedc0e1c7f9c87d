"""Keeps a map in an object that is used as a list of its records."""

import mmap
import os
import struct

READING = struct.Struct("<Ih")  # station, tenths of a degree Celsius


class Records:
    """A file of records, which is used as a list of them."""

    def __init__(self, file, record):
        self.map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.record = record
        if len(self.map) % record.size:
            raise ValueError("the last record is cut")

    def __iter__(self):
        return self.record.iter_unpack(self.map)


with open("readings.bin", "wb") as file:
    file.write(b"\x07\0\0\0\xd7\0\x03\0\0\0\xd8\xff")
with open("readings.bin", "rb") as file:
    readings = Records(file, READING)
for station, tenths in readings:
    print(f"station {station}: {tenths} tenths")
print("coldest:", min(tenths for _, tenths in readings))
os.remove("readings.bin")
