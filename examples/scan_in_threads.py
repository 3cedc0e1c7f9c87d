"""Scans a map in several threads, each of which takes whole lines."""

import io
import mmap
import re
from concurrent.futures import ThreadPoolExecutor


def pieces(text, length):
    """Splits a text into whole lines, at least so many bytes each."""
    start = 0
    while start < len(text):
        end = text.find(b"\n", start + max(length, 1) - 1) + 1
        end = end or len(text)
        yield text[start:end]
        start = end


def count(piece):
    """Lines, bytes of the longest line, and places of a word."""
    lines = io.BytesIO(piece).readlines()  # `splitlines` splits at `\r` too
    return len(lines), max(map(len, lines)), len(re.findall(b"sed", piece))


if __name__ == "__main__":
    with open("lorem.txt", "rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    with mapped, ThreadPoolExecutor() as threads:
        split = list(pieces(mapped, 200))
        counts = list(threads.map(count, split))
        for piece, counted in zip(split, counts):
            print(f"{len(piece)} bytes: {counted}")
        print(sum(lines for lines, _, _ in counts), "lines")
