"""Maps 29 bytes from the middle of a file."""

import mmap

OFFSET, LENGTH = 64, 29

with open("lorem.txt", "rb") as file:
    # The offset has to be a multiple of the granularity: map from the last
    # multiple before the part, and skip the bytes in between.
    skip = OFFSET % mmap.ALLOCATIONGRANULARITY
    with mmap.mmap(
        file.fileno(),
        skip + LENGTH,
        access=mmap.ACCESS_READ,
        offset=OFFSET - skip,
    ) as mapped:
        part = mapped[skip:]
        print(f"The map is {len(part)} bytes long")
        print(f'It holds "{part.decode()}"')
