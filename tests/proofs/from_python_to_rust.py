"""Names of Python's `mmap` that Rust has no need of."""

import contextlib
import mmap


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
def python_deletes_nothing_from_a_map():
    with open("lorem.txt", "r+b") as file:
        mapped = mmap.mmap(file.fileno(), 0)
        text = file.read()
    with _raises(TypeError):
        del mapped[0]
    with _raises(TypeError):
        del mapped[:5]
    assert mapped[:] == text


# rests on: Python, which decides this without the system
def python_error_is_os_error():
    """Python `error` is `OSError`"""
    assert mmap.error is OSError


# rests on: Python, which decides this without the system
def python_maps_have_loops_and_in_and_steps():
    with open("lorem.txt", "rb") as file:
        mapped = mmap.mmap(file.fileno(), 5, access=mmap.ACCESS_READ)
    assert list(mapped) == [b"L", b"o", b"r", b"e", b"m"] and mapped[0] == 76
    assert b"L" in mapped
    assert b"Lo" not in mapped and mapped.find(b"Lo") == 0
    assert (mapped[-1], mapped[::2], mapped[::-1]) == (109, b"Lrm", b"meroL")
