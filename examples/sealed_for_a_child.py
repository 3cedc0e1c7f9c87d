"""Gives a sealed file to a child that does not trust it; for Linux."""

import fcntl
import mmap
import os
import subprocess
import sys

NEEDED = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_WRITE

if len(sys.argv) > 1:
    try:
        seals = fcntl.fcntl(0, fcntl.F_GET_SEALS)
    except OSError:
        seals = 0
    if seals & NEEDED == NEEDED:
        mapped = mmap.mmap(0, 0, access=mmap.ACCESS_READ)
        print("child :", len(mapped[:].decode().split()), "words")
    else:
        print("child : not safe")
    sys.exit()

file = os.memfd_create("lorem", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
with open("lorem.txt", "rb") as lorem:
    os.write(file, lorem.read())
fcntl.fcntl(file, fcntl.F_ADD_SEALS, NEEDED)

sealed = f"/proc/self/fd/{file}"
for what, path in [("sealed", sealed), ("on disk", "lorem.txt")]:
    command = [sys.executable, __file__, "child"]
    with open(path, "rb") as handed:
        child = subprocess.run(command, stdin=handed)
    end = "done" if child.returncode == 0 else "failed"
    print(f"parent: {what}, {end}", flush=True)
