"""Takes a file from somebody you do not trust; for Linux."""

import fcntl
import mmap
import os
import stat

SEALS = (1 << 0) | (1 << 1) | (1 << 2) | (1 << 3)  # no change of any kind
F_ADD_SEALS, MFD_ALLOW_SEALING = 1033, 2


def open_regular(path):
    """A descriptor of a regular file that no symbolic link leads to.

    Somebody can still replace a folder of the path by a link in between:
    Python cannot ask Linux to follow no link at all, as the program in Rust.
    """
    folder = os.path.dirname(path) or "."
    if os.path.realpath(folder) != os.path.abspath(folder):
        raise OSError("Too many levels of symbolic links (os error 40)")
    try:
        flags = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
        descriptor = os.open(path, os.O_RDONLY | flags)
    except OSError as error:
        raise OSError(f"{error.strerror} (os error {error.errno})") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("not a regular file")
    return descriptor


def blocks(descriptor, limit):
    """Each block of a file, once and in order."""
    total = 0
    while block := os.read(descriptor, 1 << 16):
        total += len(block)
        if total > limit:
            raise OSError("file too large")
        yield block


def snapshot(path, limit):
    """A map of a copy that nobody can change."""
    descriptor = open_regular(path)
    copy = os.memfd_create("snapshot", os.MFD_CLOEXEC | MFD_ALLOW_SEALING)
    try:
        with open(copy, "wb", closefd=False) as file:
            for block in blocks(descriptor, limit):
                file.write(block)
        fcntl.fcntl(copy, F_ADD_SEALS, SEALS)
        if os.fstat(copy).st_size == 0:
            return b""
        return mmap.mmap(copy, 0, access=mmap.ACCESS_READ)
    finally:
        os.close(descriptor)
        os.close(copy)


if __name__ == "__main__":
    path = "upload.txt"
    with open("lorem.txt", "rb") as lorem, open(path, "wb") as file:
        file.write(lorem.read())
    descriptor = open_regular(path)
    found = list(blocks(descriptor, 1 << 20))
    os.close(descriptor)
    print(sum(map(len, found)), "bytes, their sum is", sum(map(sum, found)))

    taken = snapshot(path, 1 << 20)
    os.truncate(path, 5)
    print("cut to", os.stat(path).st_size, "bytes")
    print("the snapshot still has", len(taken))
    os.symlink(path, "link.txt")
    for name, limit in [("upload.txt", 4), ("link.txt", 100), (".", 100)]:
        try:
            snapshot(name, limit)
            raise SystemExit("this was to be refused")
        except OSError as error:
            print(f"{name}: {error}")
    os.remove("link.txt")
    os.remove(path)
