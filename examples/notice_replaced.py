"""Maps a file again when another has taken its name. Needs Unix."""

import mmap
import os

from replace_whole import replace


def mapped():
    file = open("news.txt", "rb")
    return file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


replace("news.txt", b"nothing new", 0o644)
file, news = mapped()
print("mapped:  ", news[:].decode())
replace("news.txt", b"something new", 0o644)
print("replaced:", news[:].decode())
if not os.path.samestat(os.fstat(file.fileno()), os.stat("news.txt")):
    news.close()
    file.close()
    file, news = mapped()
print("again:   ", news[:].decode())
news.close()
file.close()
os.remove("news.txt")
