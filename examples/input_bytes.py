"""Takes any input as bytes: a file, a pipe, a FIFO, `-` for standard input."""

import mmap
import os
import select
import stat

# An input with more bytes is an error, and so is a pipe that gives nothing for
# so many seconds. None has no limit.
LIMIT, SILENCE = 1 << 30, 60


def open_input(name):
    """A descriptor. Does not wait for somebody who writes to a FIFO."""
    if name == "-":
        return os.dup(0)
    return os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)


def read(descriptor, limit=LIMIT, silence=SILENCE):
    """The bytes from the position of an input to its end."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    parts, length = [], 0
    while True:
        if not poll.poll(None if silence is None else silence * 1000):
            raise TimeoutError("timed out")
        try:
            new = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            continue
        if not new:
            return b"".join(parts)
        parts.append(new)
        length += len(new)
        if length > limit:
            raise OverflowError("file too large")


def map_or_read(descriptor, limit=LIMIT, silence=SILENCE):
    """Maps a file that has bytes, and reads anything else."""
    about = os.fstat(descriptor)
    # A file in /proc says that it has no bytes, and can be read.
    if stat.S_ISREG(about.st_mode) and about.st_size > 0:
        at, length = os.lseek(descriptor, 0, os.SEEK_CUR), about.st_size
        try:
            mapped = mmap.mmap(descriptor, length, access=mmap.ACCESS_READ)
        except OSError:
            pass
        else:
            if length - at > limit:
                raise OverflowError("file too large")
            os.lseek(descriptor, max(at, length), os.SEEK_SET)
            return memoryview(mapped)[at:]
    return read(descriptor, limit, silence)


if __name__ == "__main__":
    open("empty.txt", "x").close()
    os.mkfifo("fifo")
    names = ["lorem.txt", "empty.txt", "/proc/version", "fifo"]
    for name in [*names, "/dev/zero", ".", "-"]:
        descriptor = open_input(name)
        try:
            found = map_or_read(descriptor, 1 << 20, 0.05)
        except (TimeoutError, OverflowError) as error:
            print(f"{name}: {error}")
        except OSError as error:
            print(f"{name}: {error.strerror} (os error {error.errno})")
        else:
            how = "mapped" if isinstance(found, memoryview) else "read"
            print(f"{name}: {how if len(found) else 'empty'}")
        os.close(descriptor)
    os.remove("fifo")
    os.remove("empty.txt")
