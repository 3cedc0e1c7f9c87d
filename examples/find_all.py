"""Finds every occurrence of some bytes in a file of any size."""

import errno
import mmap
import os
import stat
import sys

STEP = 4 << 20  # the window is longer by one byte less than the needle


def data_and_hole(file, at, length):
    """Where the next data starts at `at` or after it, and where it ends."""
    if not hasattr(os, "SEEK_DATA"):
        return at, length
    position = os.lseek(file.fileno(), 0, os.SEEK_CUR)  # which a seek moves
    try:
        data = os.lseek(file.fileno(), at, os.SEEK_DATA)
        return data, os.lseek(file.fileno(), data, os.SEEK_HOLE)
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        return length, length  # a hole up to the end
    finally:
        os.lseek(file.fileno(), position, os.SEEK_SET)


def window(file, at, size):
    """A copy of a part of a file. A map starts at a page."""
    more = at % mmap.ALLOCATIONGRANULARITY
    with mmap.mmap(
        file.fileno(), size + more, access=mmap.ACCESS_READ, offset=at - more
    ) as mapped:
        return mapped[more:]


def find_all(file, needle, overlapping=False, progress=lambda *_: None):
    """Yields the offset of each occurrence, in the order of the file."""
    status = os.fstat(file.fileno())
    if not needle or not stat.S_ISREG(status.st_mode):
        raise ValueError("needs a needle and a regular file")
    length, more = status.st_size, len(needle) - 1
    at = 0  # all occurrences that start before it are found
    while at + more < length:
        data, hole = data_and_hole(file, at, length)
        if any(needle):
            at = max(at, data - more)
        if at + more >= length:
            break
        in_a_hole = at + more < data
        run = data - more if in_a_hole else max(hole, at + 1)
        stop = min(run, at + STEP, length - more)
        size = stop - at + more
        part = bytes(size) if in_a_hole else window(file, at, size)
        start = 0
        while (found := part.find(needle, start)) >= 0:
            yield at + found
            start = found + (1 if overlapping else len(needle))
        at = max(stop, at + start)
        progress(min(at, length), length)
    progress(length, length)


def show(done, length):
    percent = 100 * done // length if length else 100
    sys.stderr.write(f"\r[{'#' * (percent // 5):20}] {percent:3} %")


if __name__ == "__main__":
    with open("file", "x+b", buffering=0) as file:
        os.remove("file")  # its name: the file stays while it is open
        for offset, text in [
            (0, b"banana"),
            ((4 << 20) - 2, b"banana"),
            (64 << 20, b"\0nana"),
        ]:
            file.seek(offset)
            file.write(text)
        terminal = sys.stderr.isatty()
        progress = {"progress": show} if terminal else {}
        for needle in ["banana", "ana", "\0\0na"]:
            for which in ["Apart", "Overlapping"]:
                overlapping = which == "Overlapping"
                places = find_all(
                    file, needle.encode(), overlapping, **progress
                )
                shown = needle.replace("\0", "\\0")
                print(f'"{shown}" {which}: {list(places)}')
        if terminal:
            sys.stderr.write("\n")
