"""Finds sentences with a word, where the chapter's pattern finds parts."""

import mmap
import os
import re

PARTS = re.compile(rb"(\.\W+)?([^.]?nulla[^.]*?\.)", re.IGNORECASE)
SENTENCES = re.compile(rb"[^.]*\bnulla\b[^.]*\.", re.IGNORECASE)


def quote(sentence):
    return '"{}"'.format(sentence.decode().replace("\n", "\\n"))


with open("lorem.txt", "rb") as file:
    text = file.read() + b"Donec nulla ligula. Fusce nullam non sapit.\n"
with open("lorem_copy.txt", "wb") as file:
    file.write(text)

with open("lorem_copy.txt", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        print("The pattern of the chapter:")
        for _, part in PARTS.findall(mapped):
            print(" ", quote(part))
        print("Whole sentences with the whole word:")
        for sentence in SENTENCES.findall(mapped):
            print(" ", quote(sentence.strip()))
os.remove("lorem_copy.txt")
