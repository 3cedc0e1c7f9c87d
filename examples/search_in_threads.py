"""Three threads search one map at the same time."""

import mmap
import re
from concurrent.futures import ThreadPoolExecutor

with open("lorem.txt", "rb") as file:
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def count(word):
    return len(re.findall(word.encode(), mapped))


with mapped, ThreadPoolExecutor() as threads:
    words = ["sed", "in", "eu"]
    for word, found in zip(words, threads.map(count, words)):
        print(f"{word}: {found}")
