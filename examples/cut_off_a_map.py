"""Empties a file that a child process has mapped; for Linux."""

import mmap
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

if len(sys.argv) > 1:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # no core file
    flags = {"shared": mmap.MAP_SHARED, "private": mmap.MAP_PRIVATE}
    with open(sys.argv[2], "rb") as file:
        mapped = mmap.mmap(
            file.fileno(), 0, flags[sys.argv[1]], mmap.PROT_READ
        )
    print(mapped[0], flush=True)
    sys.stdin.read()  # until it is empty
    sys.exit(f"no SIGBUS: {mapped[0]}")

for kind in ["shared", "private"]:
    with tempfile.NamedTemporaryFile() as cut:
        shutil.copyfile("lorem.txt", cut.name)
        child = subprocess.Popen(
            [sys.executable, __file__, kind, cut.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        child.stdout.read(1)  # until it has mapped
        os.truncate(cut.name, 0)
        child.communicate()
    bus = child.returncode == -signal.SIGBUS
    print(f"{kind:7}: {'SIGBUS' if bus else 'no signal'}")
