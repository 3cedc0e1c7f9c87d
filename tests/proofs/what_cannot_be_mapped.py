"""What Python says to what is no plain file."""

import mmap
import os
import sys
import unittest


# rests on: Python, which decides this without the system
def python_refuses_what_is_no_plain_file_where_no_length_is_given():
    if sys.platform != "linux":
        raise unittest.SkipTest("/proc and these devices are those of Linux")
    paths = [".", "/proc/version", "/proc/self/status", "/dev/null", "/dev/zero"]
    descriptors = [os.open(path, os.O_RDONLY) for path in paths]
    for descriptor in [*descriptors, *os.pipe()]:
        try:
            mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError):
            continue
        raise AssertionError(f"descriptor {descriptor} is mapped")
    # Where one is given, one of them is not refused.
    assert mmap.mmap(descriptors[-1], 5, access=mmap.ACCESS_READ)[:] == bytes(5)
    # Nor is a plain file.
    with open("lorem.txt", "rb") as file:
        assert len(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) == 737
