"""Reserves room for a file before it maps the file; for Linux."""

import errno
import mmap
import os


def reserve(file, end):
    os.posix_fallocate(file.fileno(), 0, end)  # from 0: fills holes
    if os.fstat(file.fileno()).st_blocks < -(-end // 512):  # it found no room
        raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))


def holes(file):
    return str(os.fstat(file.fileno()).st_blocks < 2048).lower()


with open("room", "x+b") as file:
    os.remove("room")  # the open file lives on, without a name
    file.truncate(1 << 20)
    print("set_len: holes:", holes(file))
    reserve(file, 1 << 20)
    print("reserve: holes:", holes(file))
    try:
        reserve(file, 2**63 - 1)
    except OSError as error:
        print(f"reserve: {error.strerror} (os error {error.errno})")
    with mmap.mmap(file.fileno(), 0) as mapped:
        mapped[:] = b"X" * len(mapped)
        print("stored :", len(mapped), "bytes")
        mapped.flush()
