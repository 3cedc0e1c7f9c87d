"""Writes a sorted table of words, and looks words up in a map of it."""

import mmap
import os
import re
import struct

from replace_whole import replace

ENTRY = struct.Struct("<16sI")  # a word, filled up with zeros; where it is


class Table:
    def __init__(self, data):
        if len(data) % ENTRY.size:
            raise ValueError("cut off")
        self.data = data

    def __len__(self):
        return len(self.data) // ENTRY.size

    def find(self, word):
        word = word.ljust(16, b"\0")
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            key, at = ENTRY.unpack_from(self.data, middle * ENTRY.size)
            if key == word:
                return at
            low, high = (middle + 1, high) if key < word else (low, middle)
        return None


places = {}
with open("lorem.txt", "rb") as file:
    for word in re.finditer(rb"\w+", file.read()):
        if len(word[0]) > 16:
            raise ValueError("more than 16 bytes")
        places.setdefault(word[0], word.start())
rows = [ENTRY.pack(word, at) for word, at in sorted(places.items())]
replace("words.table", b"".join(rows), 0o644)

with open("words.table", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        table = Table(mapped)
        for word in ["nulla", "Nulla", "null"]:
            at = table.find(word.encode())
            print(f"{word}: {at if at is None else f'Some({at})'}")
os.remove("words.table")
