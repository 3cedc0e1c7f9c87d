"""Three processes change a file through maps, each in its turn."""

import fcntl
import mmap
import os
import subprocess
import sys


def add(file):
    fcntl.flock(file, fcntl.LOCK_EX)
    with mmap.mmap(file.fileno(), 0) as mapped:
        number = (int.from_bytes(mapped[:8], "little") + 1) % 2**64
        mapped[:8] = number.to_bytes(8, "little")
    fcntl.flock(file, fcntl.LOCK_UN)
    return number


is_child = len(sys.argv) > 1
if not is_child:
    with open("number.bin", "wb") as file:
        file.write(bytes(8))
with open("number.bin", "r+b") as file:
    if is_child:
        for _ in range(1000):
            add(file)
        sys.exit()
    command = [sys.executable, __file__, "child"]
    children = [subprocess.Popen(command) for _ in range(3)]
    if any([child.wait() for child in children]):
        sys.exit("a child failed")
    print("sum:", add(file))
os.remove("number.bin")
