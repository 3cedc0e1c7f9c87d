"""Two processes map one file: the child changes it, and the parent sees it."""

import mmap
import os
import subprocess
import sys

is_child = len(sys.argv) > 1
if not is_child:
    with open("numbers.bin", "xb") as file:
        file.write(bytes([1, 2, 3]))
with open("numbers.bin", "r+b") as file:
    mapped = mmap.mmap(file.fileno(), 0)

if is_child:
    mapped[:] = bytes(byte * 10 for byte in mapped[:])
    sys.exit()

print("before:", list(mapped[:]))
child = subprocess.run([sys.executable, __file__, "child"])
print("child :", "done" if child.returncode == 0 else "failed")
print("after :", list(mapped[:]))
mapped.close()
os.remove("numbers.bin")
