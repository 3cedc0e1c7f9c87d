"""Maps a file again when another has taken its name. On Unix alone."""

import mmap
import os
import tempfile


def publish(text):
    with tempfile.NamedTemporaryFile("w", dir=".", delete=False) as file:
        file.write(text)
        file.flush()
        os.fchmod(file.fileno(), 0o644)
        os.fsync(file.fileno())
    os.replace(file.name, "news.txt")
    folder = os.open(".", os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def mapped():
    file = open("news.txt", "rb")
    return file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


publish("nothing new")
file, news = mapped()
print("mapped:  ", news[:].decode())
publish("something new")
print("replaced:", news[:].decode())
if not os.path.samestat(os.fstat(file.fileno()), os.stat("news.txt")):
    news.close()
    file.close()
    file, news = mapped()
print("again:   ", news[:].decode())
news.close()
file.close()
os.remove("news.txt")
