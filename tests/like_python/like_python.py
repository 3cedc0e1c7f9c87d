"""Runs the operations that like_python.rs sends on Python's mmap.

A chunk of operations, one a line, ends with an empty line. The answer to each is one
line: the result, or the name of the exception, and then the state of map and file.
"""

import mmap
import os
import re
import sys

PATH = sys.argv[1]
ACCESS = {"read": mmap.ACCESS_READ, "write": mmap.ACCESS_WRITE, "copy": mmap.ACCESS_COPY}
SHOW = bytes.maketrans(b"\n\0", b"/.")
HIDE = bytes.maketrans(b"/.", b"\n\0")
ZEROS = re.compile(rb"\0{40,}")
SHOWN = 80_000  # as in like_python.rs

m = None  # the map, if the last creation made one
fd = None  # its file, if it has one
start = 0  # the byte of the file that the map starts at


def show(data):
    """One word: newlines as /, zeros as ., and many zeros as their count."""
    data = ZEROS.sub(lambda zeros: b"(%d)" % len(zeros[0]), data)
    return '"%s"' % data.translate(SHOW).decode("latin-1")


def hide(word):
    return word[1:-1].encode().translate(HIDE)


def forget():
    global m, fd
    if m is not None:
        m.close()
    if fd is not None:
        os.close(fd)
    m = fd = None


def create(access, mode, base, content, offset, length):
    global m, fd, start
    forget()
    with open(PATH, "wb", buffering=0) as file:
        file.truncate(int(base))
        file.seek(int(base))
        file.write(hide(content))
    write = mode == "rw" or mode == "open" and access == "write"
    fd = os.open(PATH, os.O_RDWR if write else os.O_RDONLY)
    start = int(offset)
    length = 0 if length == "rest" else int(length)
    m = mmap.mmap(fd, length, access=ACCESS[access], offset=start)


def anonymous(kind, length):
    global m
    forget()
    private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    m = {
        "private": lambda: mmap.mmap(-1, int(length), flags=private),
        "shared": lambda: mmap.mmap(-1, int(length)),
        "read": lambda: mmap.mmap(-1, int(length), access=mmap.ACCESS_READ),
    }[kind]()


def seek(distance, whence):
    m.seek(int(distance), int(whence))
    return m.tell()  # which seek itself returns since Python 3.13


def find(needle):
    return "%d %d" % (m.find(hide(needle)), m.find(hide(needle), 0))


def rfind(needle):
    return "%d %d" % (m.rfind(hide(needle)), m.rfind(hide(needle), 0))


def set_byte(index, byte):
    m[int(index)] = int(byte)


def set_slice(start, end, data):
    m[int(start) : int(end)] = hide(data)


OPERATIONS = {
    "create": create,
    "anonymous": anonymous,
    "read": lambda count: m.read(int(count)),
    "read_all": lambda: m.read(),
    "read_byte": lambda: m.read_byte(),
    "readline": lambda: m.readline(),
    "seek": seek,
    "tell": lambda: m.tell(),
    "write": lambda data: m.write(hide(data)),
    "write_byte": lambda byte: m.write_byte(int(byte)),
    "find": find,
    "rfind": rfind,
    "find_in": lambda start, end, needle: m.find(hide(needle), int(start), int(end)),
    "rfind_in": lambda start, end, needle: m.rfind(hide(needle), int(start), int(end)),
    "get_byte": lambda index: m[int(index)],
    "get_slice": lambda start, end: m[int(start) : int(end)],
    "get_every": lambda step: m[:: int(step)],
    "set_byte": set_byte,
    "set_slice": set_slice,
    "move": lambda dest, src, count: m.move(int(dest), int(src), int(count)),
    "resize": lambda length: m.resize(int(length)),
    "flush": lambda: m.flush(),
    "flush_range": lambda offset, length: m.flush(int(offset), int(length)),
    "madvise": lambda option, start, count: m.madvise(int(option), int(start), int(count)),
    "size": lambda: m.size(),
    "len": lambda: len(m),
}


def answer(line):
    name, *arguments = line.split()
    try:
        result = OPERATIONS[name](*arguments)
    except Exception as error:
        return type(error).__name__
    if result is None:
        return "ok"
    return show(result) if isinstance(result, bytes) else str(result)


def state():
    size = None if fd is None else os.fstat(fd).st_size
    if m is None:
        of_map = "none"
    elif size is not None and size < start + len(m):
        # A touch of the bytes that are gone would end this process.
        of_map = "%d %d gone" % (m.tell(), len(m))
    else:
        of_map = "%d %d %s" % (m.tell(), len(m), show(m[:]))
    if size is None:
        return "map %s, no file" % of_map
    return "map %s, file %d %s" % (of_map, size, show(os.pread(fd, min(size, SHOWN), 0)))


chunk = []
for line in sys.stdin:
    if line.strip():
        chunk.append(line)
        continue
    # Only now: whoever still writes does not read.
    for line in chunk:
        print(answer(line) + ", " + state())
    sys.stdout.flush()
    chunk = []
