"""Python's maps for reading: how long they live, how far they reach, and what they refuse."""

import contextlib
import mmap
import os
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


# killed by: closing_unmaps
def python_maps_outlive_their_file_object():
    with open("lorem.txt", "rb") as file:
        text = file.read()
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    assert file.closed
    assert len(text) == 737 and mapped[:] == text


# rests on: Python, which decides this without the system
def python_closes_a_map_at_the_end_of_with():
    """Python closes a map at the end of `with`"""
    with open("lorem.txt", "rb") as file:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            assert not mapped.closed
            assert mapped.read(5) == b"Lorem"
    assert mapped.closed
    with _raises(ValueError):
        mapped.read(1)


# rests on: Python, which decides this without the system
def python_refuses_a_seek_past_the_end():
    with open("lorem.txt", "rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    mapped.seek(737)
    for past in [(738,), (1000,), (1, os.SEEK_CUR), (1, os.SEEK_END)]:
        with _raises(ValueError):
            mapped.seek(*past)
        assert mapped.tell() == 737


# killed by: offsets_need_no_alignment
def python_refuses_an_offset_that_is_not_aligned():
    granularity = mmap.ALLOCATIONGRANULARITY
    with open("lorem.txt", "r+b") as file:
        file.truncate(3 * granularity)
        file.seek(granularity)
        file.write(b"ipsum")
        file.flush()
        for offset in [1, 64, granularity // 2, granularity - 1, granularity + 1]:
            with _raises(OSError):
                mmap.mmap(file.fileno(), 5, access=mmap.ACCESS_READ, offset=offset)
        aligned = mmap.mmap(
            file.fileno(), 5, access=mmap.ACCESS_READ, offset=granularity
        )
    assert aligned[:] == b"ipsum"


# rests on: Python, which decides this without the system
def python_granularity_is_the_page_size_on_unix():
    """Python granularity is the page size on Unix"""
    if os.name != "posix":
        raise unittest.SkipTest("on Windows it is not")
    assert mmap.ALLOCATIONGRANULARITY == mmap.PAGESIZE == os.sysconf("SC_PAGE_SIZE")


# rests on: Python, which decides this without the system
def python_refuses_a_map_longer_than_the_file():
    if os.name != "posix":
        raise unittest.SkipTest("Windows extends the file")
    with open("lorem.txt", "r+b") as file:
        text = file.read()
        for length in [738, 10_000]:
            with _raises(ValueError):
                mmap.mmap(file.fileno(), length)
            file.seek(0)
            assert file.read() == text
        assert len(mmap.mmap(file.fileno(), 737)) == 737


# rests on: Python, which decides this without the system
def python_refuses_an_empty_file():
    with open("empty.txt", "w+b") as file:
        with _raises(ValueError):
            mmap.mmap(file.fileno(), 0)
        with _raises(ValueError):
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        assert os.path.getsize("empty.txt") == 0
        file.write(b"L")
        file.flush()
        assert mmap.mmap(file.fileno(), 0)[:] == b"L"


# rests on: Python, which decides this without the system
def python_refuses_a_store_into_a_read_only_map():
    """Python refuses a store into a read-only map"""
    with open("lorem.txt", "r+b") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        writable = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_WRITE)
    with _raises(TypeError):
        mapped[0] = ord("X")
    with _raises(TypeError):
        mapped[:1] = b"X"
    with _raises(TypeError):
        mapped.write(b"X")
    assert mapped[:5] == b"Lorem"
    writable[0] = ord("X")
    assert mapped[:5] == b"Xorem"


# rests on: Python, which decides this without the system
def python_has_a_default_access_of_its_own():
    """Python has a default `access` of its own"""
    modes = [mmap.ACCESS_READ, mmap.ACCESS_WRITE, mmap.ACCESS_COPY]
    assert mmap.ACCESS_DEFAULT not in modes
    if os.name != "posix":
        raise unittest.SkipTest("prot is for Unix")
    # Only the default access lets `prot` decide.
    with open("lorem.txt", "rb") as file:
        for access in [{}, {"access": mmap.ACCESS_DEFAULT}]:
            mapped = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ, **access)
            assert mapped[:5] == b"Lorem"
        for access in modes:
            with _raises(ValueError):
                mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ, access=access)


# killed by: maps_are_private, maps_need_no_permission
def python_maps_for_writing_by_default():
    with open("lorem.txt", "r+b") as file:
        mmap.mmap(file.fileno(), 0)[:5] = b"LOREM"
        assert file.read(11) == b"LOREM ipsum"
    with open("lorem.txt", "rb") as file:
        with _raises(PermissionError):
            mmap.mmap(file.fileno(), 0)
        assert len(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) == 737
