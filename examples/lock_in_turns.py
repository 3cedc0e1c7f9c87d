"""Four processes change one file through maps, in turns."""

import fcntl
import mmap
import os
import subprocess
import sys


def add():
    with open("number.bin", "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with mmap.mmap(file.fileno(), 0) as mapped:
            number = (int.from_bytes(mapped[:8], "little") + 1) % 2**64
            mapped[:8] = number.to_bytes(8, "little")
        fcntl.flock(file, fcntl.LOCK_UN)
    return number


if len(sys.argv) > 1:
    for _ in range(1000):
        add()
    sys.exit()
with open("number.bin", "xb") as file:
    file.write(bytes(8))
command = [sys.executable, __file__, "child"]
children = [subprocess.Popen(command) for _ in range(3)]
if any([child.wait() for child in children]):
    sys.exit("a child failed")
print("sum:", add())
os.remove("number.bin")
