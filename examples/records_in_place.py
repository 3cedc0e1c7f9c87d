"""Reads the records of a file where they are, and changes one of them."""

import mmap
import os
import struct

READING = struct.Struct("<Ih")  # station, tenths of a degree Celsius

with open("readings.bin", "xb") as file:
    for reading in [(7, 215), (3, -40), (7, 198)]:
        file.write(READING.pack(*reading))

with open("readings.bin", "r+b") as file:
    with mmap.mmap(file.fileno(), 0) as mapped:
        count = len(mapped) // READING.size
        print(f"{count} records of {READING.size} bytes")
        for station, tenths in READING.iter_unpack(mapped):
            print(f"station {station}: {tenths} tenths")
        READING.pack_into(mapped, READING.size, 3, -45)
        mapped.flush()
        with open("readings.bin", "rb") as again:
            record = again.read()[6:12]
        digits = ", ".join(f"{byte:02x}" for byte in record)
        print(f"Record 1 is now [{digits}] in the file")
os.remove("readings.bin")
