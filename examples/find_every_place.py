"""Finds every place of a word in a map: those apart, and all."""

import mmap
import os
import re


def overlapping(text, word):
    """Where the word starts, also inside another place of it."""
    at = text.find(word, 0)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


with open("lorem.txt", "rb") as file:
    text = file.read() + b"banana\n"
with open("lorem_copy.txt", "wb") as file:
    file.write(text)

with open("lorem_copy.txt", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        for word in ["Nulla", "ana", "zebra"]:
            pattern = re.compile(re.escape(word.encode()))
            apart = [found.start() for found in pattern.finditer(mapped)]
            every = list(overlapping(mapped, word.encode()))
            print(f"{word}: {apart}, with those that overlap {every}")
os.remove("lorem_copy.txt")
