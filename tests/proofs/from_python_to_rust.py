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
