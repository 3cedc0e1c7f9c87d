"""Python's two kinds of locks."""

import os
import sys
import unittest


def _kind_of_file_system(folder):
    """By the mount that is the nearest above the folder."""
    folder = os.path.realpath(folder)
    nearest, kind = "", ""
    with open("/proc/self/mounts") as mounts:
        for line in mounts:
            _, point, kind_there, *_ = line.split(" ")
            above = os.path.commonpath([folder, point]) == point
            if above and len(point) >= len(nearest):
                nearest, kind = point, kind_there
    return kind


# killed by: locks_do_nothing, locks_belong_to_a_process
def python_lockf_does_not_meet_flock():
    """Python `lockf` does not meet `flock`"""
    if sys.platform != "linux":
        raise unittest.SkipTest("it was run on Linux alone")
    if _kind_of_file_system(".") not in ("btrfs", "ext4", "overlay", "tmpfs", "xfs"):
        raise unittest.SkipTest("on some file systems the two do meet")
    import fcntl

    def refuses(lock):
        """Whether another process is refused this lock."""
        child = os.fork()
        if child == 0:
            with open("lorem.txt", "r+b") as file:
                try:
                    lock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    os._exit(1)
                os._exit(0)
        return os.waitpid(child, 0)[1] != 0

    with open("lorem.txt", "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert refuses(fcntl.flock)
        assert not refuses(fcntl.lockf)
        fcntl.flock(file, fcntl.LOCK_UN)
        fcntl.lockf(file, fcntl.LOCK_EX)
        assert refuses(fcntl.lockf)
        assert not refuses(fcntl.flock)
