"""What a thread of Python does to the others while it loads from a map."""

import mmap
import os
import sys
import threading
import time
import unittest


def python_holds_the_gil_while_it_copies_from_a_map():
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        raise unittest.SkipTest("this Python has no GIL")
    turns = 0
    done = False

    def other_thread():
        nonlocal turns
        while not done:
            turns += 1
            time.sleep(0)

    with open("zeros.bin", "w+b", buffering=0) as file:
        file.truncate(8 << 20)
        mapped = mmap.mmap(file.fileno(), 0)
        thread = threading.Thread(target=other_thread)
        # Nobody takes the GIL from who does not give it up.
        interval = sys.getswitchinterval()
        sys.setswitchinterval(1000)
        try:
            thread.start()
            while turns == 0:
                time.sleep(0.001)
            for _ in range(20):
                before = turns
                copy = mapped[:]
                assert turns == before
                assert len(copy) == 8 << 20
            # To read gives it up.
            before = turns
            while turns == before:
                file.seek(0)
                assert len(file.read()) == 8 << 20
        finally:
            done = True
            sys.setswitchinterval(interval)
            thread.join()
            mapped.close()
    os.remove("zeros.bin")
