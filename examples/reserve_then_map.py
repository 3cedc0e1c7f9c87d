"""Finds room for the bytes of a file before it maps them; for Linux."""

import mmap
import os


def reserve(file, start, length):
    old = os.fstat(file.fileno()).st_size
    try:
        os.posix_fallocate(file.fileno(), start, length)
    except OSError:
        file.truncate(old)  # gives back what was found until it failed
        raise


with open("room", "x+b") as file:
    os.remove("room")  # the open file lives on, without a name

    file.truncate(1 << 20)
    print("set_len:", os.fstat(file.fileno()).st_blocks, "blocks")
    reserve(file, 0, 1 << 20)
    found = os.fstat(file.fileno()).st_blocks >= (1 << 20) // 512
    print("reserve: all blocks:", str(found).lower())
    try:
        reserve(file, 1, 2**63 - 1)
    except OSError as error:
        print(f"reserve: {error.strerror} (os error {error.errno})")
    with mmap.mmap(file.fileno(), 0) as mapped:
        mapped[:] = b"X" * len(mapped)
        print("stored :", len(mapped), "bytes")
        mapped.flush()
