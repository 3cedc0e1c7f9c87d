"""Gets errors instead of a signal from a file that was cut; for Linux."""

import fcntl
import mmap
import os
import shutil

MADV_POPULATE_READ = 22  # from madvise(2); Python has no name for it


def show(what, ask):
    try:
        ask()
        print(f"{what:13}: done")
    except EOFError as error:
        print(f"{what:13}: {error}")
    except OSError as error:
        print(f"{what:13}: {error.strerror} (os error {error.errno})")


def read_exact_at(fd, count, offset):
    if len(os.pread(fd, count, offset)) < count:
        raise EOFError("failed to fill whole buffer")


shutil.copyfile("lorem.txt", "cut.txt")
with open("cut.txt", "r+b") as file:
    fd = file.fileno()
    with mmap.mmap(fd, 0, access=mmap.ACCESS_READ) as mapped:
        for length in [737, 0]:
            file.truncate(length)
            print(length, "bytes")
            show("read_exact_at", lambda: read_exact_at(fd, 5, 0))
            show("PopulateRead", lambda: mapped.madvise(MADV_POPULATE_READ))
os.remove("cut.txt")

sealed = os.memfd_create("text", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
with open("lorem.txt", "rb") as file:
    os.write(sealed, file.read())
fcntl.fcntl(sealed, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK)
print("sealed")
show("set_len", lambda: os.ftruncate(sealed, 0))
