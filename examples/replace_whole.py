"""Replaces a file as a whole while it is mapped. On Unix alone."""

import mmap
import os
import shutil
import tempfile


def replace(path, contents):
    path = os.path.realpath(path)
    folder = os.path.dirname(path)
    descriptor, temporary = tempfile.mkstemp(dir=folder)
    try:
        with open(descriptor, "wb") as file:
            file.write(contents)
            file.flush()
            os.fchmod(file.fileno(), os.stat(path).st_mode & 0o777)
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.remove(temporary)
        raise
    opened = os.open(folder, os.O_RDONLY)
    os.fsync(opened)
    os.close(opened)


def mapped(path):
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


path = "lorem_copy.txt"
shutil.copyfile("lorem.txt", path)
old = mapped(path)
replace(path, b"Dolor sit amet.")
new = mapped(path)
print(f"old: {len(old)} bytes, {old[:11].decode()}")
print(f"new: {len(new)} bytes, {new[:].decode()}")
old.close()
new.close()
os.remove(path)
