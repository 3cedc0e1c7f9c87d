"""Python's maps without a file."""

import mmap
import os
import unittest


# killed by: anonymous_maps_are_private
def python_shares_an_anonymous_map_with_a_fork():
    if os.name != "posix":
        raise unittest.SkipTest("Windows has no fork")
    mapped = mmap.mmap(-1, 2)
    memory = bytearray(2)  # not shared: a process has its own
    assert mapped[:] == memory
    stored, store = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(store)
        os.read(stored, 1)
        seen = mapped[0] == ord("P") and memory[0] == 0
        mapped[1] = memory[1] = ord("C")
        os._exit(0 if seen else 1)
    mapped[0] = memory[0] = ord("P")
    os.write(store, b".")
    assert os.waitpid(child, 0) == (child, 0)
    assert mapped[:] == b"PC" and memory == b"P\0"
