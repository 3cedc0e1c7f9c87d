"""Changes the map of a file but not the file."""

import mmap

word = b"consectetuer"
reversed_word = word[::-1]

with open("lorem.txt", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as mapped:
        print("Memory Before:", mapped.readline().decode().rstrip())
        print("File Before  :", file.readline().decode().rstrip())
        print()

        start = mapped.find(word, 0)
        mapped[start : start + len(word)] = reversed_word

        # The map and the file each have a position: rewind both.
        mapped.seek(0)
        file.seek(0)
        print("Memory After :", mapped.readline().decode().rstrip())
        print("File After   :", file.readline().decode().rstrip())
