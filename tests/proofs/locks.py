"""Python's two kinds of locks."""

import os
import subprocess
import sys
import unittest


# killed by: locks_do_nothing, locks_belong_to_a_process
def python_lockf_and_flock_ignore_each_other():
    """Python `lockf` and `flock` ignore each other"""
    if sys.platform != "linux":
        raise unittest.SkipTest("it was run on Linux alone")
    system = subprocess.run(["stat", "-f", "-c", "%T", "."], stdout=subprocess.PIPE)
    known = (b"btrfs", b"ext2/ext3", b"overlayfs", b"tmpfs", b"xfs")
    if system.stdout.strip() not in known:
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
