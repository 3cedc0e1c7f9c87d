"""Replaces a word in the middle of a file, in place."""

import mmap
import os
import shutil

shutil.copyfile("lorem.txt", "lorem_copy.txt")
word = b"consectetuer"
reversed_word = word[::-1]
print("Looking for    :", word.decode())
print("Replacing with :", reversed_word.decode())

with open("lorem_copy.txt", "r+b") as file:
    with mmap.mmap(file.fileno(), 0) as mapped:
        print("Before:", mapped.readline().decode().rstrip())
        start = mapped.find(word, 0)
        mapped[start : start + len(word)] = reversed_word
        mapped.flush()
        mapped.seek(0)
        print("After :", mapped.readline().decode().rstrip())
os.remove("lorem_copy.txt")
