"""Writes up to the end of a map, and then tries to write past it."""

import mmap
import os
import shutil

shutil.copyfile("lorem.txt", "lorem_copy.txt")
with open("lorem_copy.txt", "r+b") as file:
    with mmap.mmap(file.fileno(), 0) as mapped:
        mapped.seek(-7, os.SEEK_END)
        mapped.write(b"Finis.")
        print("Position after 6 bytes :", mapped.tell())
        try:
            mapped.write(b"!\n")
        except ValueError:
            print("Refused 2 bytes more   : true")
        print("Position is still      :", mapped.tell())
        mapped.write_byte(ord("\n"))
        print("Position after one more:", mapped.tell())

with open("lorem_copy.txt") as file:
    end = file.read()[730:].replace("\n", "\\n")
print(f'The file ends in "{end}"')
os.remove("lorem_copy.txt")
