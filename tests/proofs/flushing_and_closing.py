"""What Python's close leaves to the system."""

import mmap
import os
import sys
import unittest


def _dirty(path):
    """KiB of the maps of the file that are dirty, as Linux counts them."""
    dirty, of_file = 0, False
    with open("/proc/self/smaps") as maps:
        for line in maps:
            name = line.split()[0]
            if not name.endswith(":"):
                of_file = line.rstrip().endswith(path)
            elif of_file and name in ("Private_Dirty:", "Shared_Dirty:"):
                dirty += int(line.split()[1])
    return dirty


# killed by: unmapping_flushes, flush_does_nothing
def python_close_does_not_flush():
    """Python `close` does not flush"""
    if not sys.platform.startswith("linux"):
        raise unittest.SkipTest("only Linux counts the dirty pages of a map")
    path = os.path.abspath("lorem.txt")
    with open(path, "r+b") as file:
        # It has the page too: Linux counts it there as long as it is dirty.
        other = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        assert other[:5] == b"Lorem"
        os.fsync(file.fileno())
        if _dirty(path) > 0:
            raise unittest.SkipTest("a file system in memory has nowhere to write to")
        for word in [b"LOREM", b"Lorem"] * 10:
            mapped = mmap.mmap(file.fileno(), 0)
            mapped[:5] = word
            mapped.close()
            assert other[:5] == word
            # The system may write a page back at any time.
            if _dirty(path) > 0:
                break
        else:
            raise AssertionError("nothing is dirty after a close")
        mapped = mmap.mmap(file.fileno(), 0)
        mapped.flush()
        assert _dirty(path) == 0
