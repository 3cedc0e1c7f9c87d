"""Python's maps whose bytes are borrowed."""

import mmap


# rests on: Python, which decides this without the system
def python_does_not_close_a_map_under_a_view():
    with open("lorem.txt", "rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    view = memoryview(mapped)
    try:
        mapped.close()
    except BufferError:
        pass
    else:
        raise AssertionError("no BufferError")
    assert view[:5] == b"Lorem"
    view.release()
    mapped.close()
    assert mapped.closed


# rests on: Python, which decides this without the system
def python_refuses_a_closed_map():
    with open("lorem.txt", "rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    assert mapped[0] == ord("L")
    mapped.close()
    try:
        mapped[0]
    except ValueError:
        return
    raise AssertionError("no ValueError")
