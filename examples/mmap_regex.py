"""Searches a mapped file with the regular expression of the chapter."""

import mmap
import re

pattern = re.compile(rb"(\.\W+)?([^.]?nulla[^.]*?\.)", re.IGNORECASE)

with open("lorem.txt", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        for _, sentence in pattern.findall(mapped):
            print(sentence.decode(errors="replace").replace("\n", " "))
