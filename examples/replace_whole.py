"""Replaces a file as a whole while it is mapped. On Unix alone."""

import mmap
import os
import stat
import tempfile


def replace(path, contents, rights):
    path = os.path.realpath(path)
    if os.path.lexists(path) and not stat.S_ISREG(os.lstat(path).st_mode):
        raise ValueError("not a regular file")
    folder = os.path.dirname(path)
    descriptor, temporary = tempfile.mkstemp(dir=folder)
    try:
        with open(descriptor, "wb") as file:
            file.write(contents)
            file.flush()
            rights(file.fileno())
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.remove(temporary)
        raise
    opened = os.open(folder, os.O_RDONLY)
    os.fsync(opened)
    os.close(opened)


def rights(descriptor):
    os.fchmod(descriptor, 0o644)


def mapped(path):
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


path = "text.txt"
replace(path, b"Lorem ipsum", rights)
old = mapped(path)
replace(path, b"Dolor sit amet.", rights)
new = mapped(path)
print("old:", old[:].decode())
print("new:", new[:].decode())
old.close()
new.close()
os.remove(path)
