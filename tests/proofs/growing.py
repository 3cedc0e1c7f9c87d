"""Python's maps where they are resized."""

import contextlib
import mmap
import os
import sys
import unittest


@contextlib.contextmanager
def _raises(exception):
    """Fails unless what stands in its `with` raises this exception, and no subclass of it."""
    try:
        yield
    except Exception as error:
        assert type(error) is exception, repr(error)
    else:
        raise AssertionError(f"no {exception.__name__}")


# rests on: Python, which decides this without the system
def python_keeps_a_position_past_the_end():
    if sys.platform != "linux":
        raise unittest.SkipTest("resize was run on Linux alone")
    with open("lorem.txt", "r+b") as file:
        mapped = mmap.mmap(file.fileno(), 0)
    mapped.seek(737)
    mapped.resize(11)
    assert mapped.tell() == 737
    assert mapped.read(1) == b""
    with _raises(ValueError):
        mapped.write(b"X")
    assert mapped.tell() == 737
    assert mapped[:] == b"Lorem ipsum"


# rests on: Python, which decides this without the system
def python_does_not_resize_under_a_view():
    if sys.platform != "linux":
        raise unittest.SkipTest("resize was run on Linux alone")
    with open("lorem.txt", "r+b") as file:
        mapped = mmap.mmap(file.fileno(), 0)
    view = memoryview(mapped)
    for length in [11, 800]:
        with _raises(BufferError):
            mapped.resize(length)
    assert len(mapped) == mapped.size() == len(view) == 737
    view.release()
    mapped.resize(11)
    assert len(mapped) == mapped.size() == 11


# rests on: Python, which decides this without the system
def python_resizes_no_map_for_reading_and_no_copy():
    if sys.platform != "linux":
        raise unittest.SkipTest("resize was run on Linux alone")
    with open("lorem.txt", "r+b") as file:
        for access in [mmap.ACCESS_READ, mmap.ACCESS_COPY]:
            mapped = mmap.mmap(file.fileno(), 0, access=access)
            for length in [11, 800]:
                with _raises(TypeError):
                    mapped.resize(length)
            assert len(mapped) == os.path.getsize("lorem.txt") == 737
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_WRITE)
        mapped.resize(11)
        assert len(mapped) == os.path.getsize("lorem.txt") == 11


# killed by: files_do_not_shrink
def python_cuts_off_what_is_after_a_map():
    if sys.platform != "linux":
        raise unittest.SkipTest("resize was run on Linux alone")
    with open("lorem.txt", "r+b") as file:
        mapped = mmap.mmap(file.fileno(), 100)
    mapped.resize(101)
    assert mapped.size() == os.path.getsize("lorem.txt") == 101
