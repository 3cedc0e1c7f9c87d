"""Python's stores into a map, and its modes for a file."""

import contextlib
import mmap
import os


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
def python_refuses_a_slice_of_another_length():
    with open("lorem.txt", "r+b") as file:
        mapped = mmap.mmap(file.fileno(), 0)
        text = file.read()
    for other in [b"Lorem ipsum", b"LORE", b""]:
        with _raises(IndexError):
            mapped[:5] = other
        assert mapped[:] == text
    mapped[:5] = b"LOREM"
    assert mapped[:] == b"LOREM" + text[5:]


# rests on: Python, which decides this without the system
def python_find_starts_at_the_position():
    """Python `find` starts at the position"""
    with open("lorem.txt", "rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    assert mapped.find(b"Lorem") == 0
    mapped.seek(100)
    assert mapped.find(b"Lorem") == -1
    assert mapped.find(b"Lorem", 0) == 0
    mapped.seek(mapped.find(b"justo"))
    assert mapped.find(b"justo") == mapped.tell() == 730


# killed by: opening_appends
def python_mode_r_plus_appends_nothing():
    """Python mode `"r+"` appends nothing"""
    with open("lorem.txt", "rb") as file:
        text = file.read()
    with open("lorem.txt", "r+") as file:
        file.write("LOREM")
    with open("lorem.txt", "rb") as file:
        assert file.read() == b"LOREM" + text[5:]


# killed by: opening_truncates_nothing
def python_mode_w_empties_the_file():
    """Python mode `"w"` empties the file"""
    assert os.path.getsize("lorem.txt") == 737
    with open("lorem.txt", "w"):
        assert os.path.getsize("lorem.txt") == 0


# rests on: Python, which decides this without the system
def python_writes_no_byte_if_not_all_fit():
    with open("lorem.txt", "r+b") as file:
        mapped = mmap.mmap(file.fileno(), 0)
        text = file.read()
    mapped.seek(734)
    with _raises(ValueError):
        mapped.write(b"12345")
    assert mapped.tell() == 734
    assert mapped[:] == text
    mapped.write(b"123")
    assert mapped[:] == text[:734] + b"123"
