"""What a thread of Python does to the others while it loads from a map."""

import mmap
import os
import sys
import threading
import time
import unittest


# rests on: Python, which decides this without the system
def python_holds_the_gil_while_it_copies_from_a_map():
    """Python holds the GIL while it copies from a map"""
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        raise unittest.SkipTest("this Python has no GIL")
    turns = 0
    done = False
    end_to_read, end_to_write = os.pipe()

    def other_thread():
        nonlocal turns
        while not done:
            turns += 1
            time.sleep(0)
        os.write(end_to_write, b".")

    thread = threading.Thread(target=other_thread)
    interval = sys.getswitchinterval()
    # Nobody takes the GIL from who does not give it up.
    sys.setswitchinterval(1000)
    try:
        thread.start()
        while turns == 0:
            time.sleep(0.001)
        with mmap.mmap(-1, 8 << 20) as mapped:
            for _ in range(20):
                before = turns
                copy = mapped[:]
                assert turns == before
                assert len(copy) == 8 << 20
    finally:
        done = True
        # To read gives it up, or this would wait for ever.
        os.read(end_to_read, 1)
        sys.setswitchinterval(interval)
        thread.join()
        os.close(end_to_read)
        os.close(end_to_write)
