"""Of two processes, the first has the lock and writes, and the other reads."""

import fcntl
import mmap
import os
import subprocess
import sys

file = open(os.open("text.txt", os.O_RDWR | os.O_CREAT, 0o666), "r+b")
try:
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
except BlockingIOError:
    print("reader: somebody has a lock, so I wait", flush=True)
    fcntl.flock(file, fcntl.LOCK_SH)
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        print("reader:", mapped[:].decode())
    sys.exit()

file.truncate(8)
command = [sys.executable, __file__]
reader = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
print(reader.stdout.readline(), end="")
with mmap.mmap(file.fileno(), 8) as mapped:
    mapped[:] = b"new text"
print("writer: done")
file.close()
for line in reader.stdout:
    print(line, end="")
reader.wait()
os.remove("text.txt")
