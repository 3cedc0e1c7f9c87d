"""Copies bytes out of a file while another process changes them."""

import mmap
import os
import subprocess
import sys

is_child = len(sys.argv) > 1
if not is_child:
    with open("letters.txt", "wb") as file:
        file.write(b"a" * 10_000)
with open("letters.txt", "r+b") as file:
    mapped = mmap.mmap(file.fileno(), 0)
if is_child:
    for letter in range(ord("a"), ord("z") + 1):
        mapped[:] = bytes([letter]) * len(mapped)
    sys.exit()

print("before:", mapped[:].decode()[:5])
child = subprocess.Popen([sys.executable, __file__, "child"])
letters = True
while child.poll() is None:
    text = mapped[:].decode()  # stays true of the copy
    letters = letters and text.isalpha() and text.islower()
print("during:", "letters" if letters else "others")
print("after :", mapped[:].decode()[:5])
mapped.close()
os.remove("letters.txt")
