"""Finds sentences with what a user typed, in bytes of any kind."""

import mmap
import os
import re


def sentences(word):
    """A pattern for sentences that have these characters as a word."""
    word = rf"(?<!\w){re.escape(word)}(?!\w)"
    return re.compile(rf"[^.!?]*{word}[^.!?]*[.!?]", re.IGNORECASE)


with open("menu.txt", "xb") as file:
    file.write(
        b"Le caf\xc3\xa9 du p\xe8re. CAF\xc3\x89 noir\xa0! "
        b"\xabNoir\xbb. Deux caf\xc3\xa9s. Il co\xfbte 1.5 euro. "
        b"Non, 125! Du C++? Du C."
    )

with open("menu.txt", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        # Unicode takes text: here a copy, in which no byte gets lost.
        text = mapped[:].decode(errors="surrogateescape")
        for word in ["café", "noir", "1.5", "C++", "caf", "("]:
            print(word)
            for found in sentences(word).findall(text):
                found = found.strip().encode(errors="surrogateescape")
                print(f'  "{found.decode(errors="backslashreplace")}"')
os.remove("menu.txt")
