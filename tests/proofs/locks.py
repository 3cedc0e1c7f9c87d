"""Python's two kinds of locks."""

import os
import sys
import unittest


def python_lockf_does_not_meet_flock():
    if sys.platform != "linux":
        raise unittest.SkipTest("it was run on Linux alone")
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
