"""Uses one mapped file as bytes and as a file."""

import mmap

with open("lorem.txt", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        # The bytes: a map can be sliced and searched like a bytes object.
        print(f"The map is {len(mapped)} bytes long")
        print(f'Bytes 6..11 are "{mapped[6:11].decode()}"')
        print(f'"dolor" starts at byte {mapped.find(b"dolor")}')

        # The file: a map has a position, and reads from there.
        line = mapped.readline()
        print(f"The first line is {len(line)} bytes long")
        print(f"The position is now {mapped.tell()}")
