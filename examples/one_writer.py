"""The process that has the lock writes, and a second process reads."""

import fcntl
import mmap
import subprocess
import sys
import tempfile


def read(file):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        sys.exit("the writer has no lock")
    except BlockingIOError:
        print("reader: somebody has a lock, so I wait", flush=True)
    fcntl.flock(file, fcntl.LOCK_SH)
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        print("reader:", mapped[:].decode())
    fcntl.flock(file, fcntl.LOCK_UN)


if len(sys.argv) > 1:
    with open(sys.argv[1], "rb") as file:
        read(file)
    sys.exit()
with tempfile.NamedTemporaryFile() as file:  # no other run uses its name
    fcntl.flock(file, fcntl.LOCK_EX)
    file.truncate(8)
    command = [sys.executable, __file__, file.name]
    reader = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    print(reader.stdout.readline(), end="")
    with mmap.mmap(file.fileno(), 8) as mapped:
        mapped[:] = b"new text"
    print("writer: done")
    fcntl.flock(file, fcntl.LOCK_UN)
    for line in reader.stdout:
        print(line, end="")
    reader.wait()
