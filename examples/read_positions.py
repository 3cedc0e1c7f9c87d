"""Shows that reads and seeks move the position of a map, and slices do not."""

import mmap
import os

with open("lorem.txt", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        print("Position at the start      :", mapped.tell())
        mapped.read(10)
        print("after a read of 10 bytes   :", mapped.tell())
        five = mapped[:5]
        print(f"after a slice of {len(five)} bytes   :", mapped.tell())
        mapped.read(10)
        print("after a read of 10 more    :", mapped.tell())
        mapped.seek(-7, os.SEEK_END)
        print("after a seek 7 from the end:", mapped.tell())
        rest = mapped.read()
        print("after a read of the rest   :", mapped.tell())
        print('which is "{}"'.format(rest.decode().replace("\n", "\\n")))
