"""Runs CPython's tests of mmap, on the module that is given in place of Python's own.

Prints a line for each test, what it came to and its name, and to stderr why a test failed.
"""

import importlib.util
import sys
import unittest

# A path to look in would not do: a Python may have its mmap built in.
if len(sys.argv) > 1:
    spec = importlib.util.spec_from_file_location("mmap", sys.argv[1])
    sys.modules["mmap"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["mmap"])


def tests(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from tests(test)
        else:
            yield test


suite = unittest.defaultTestLoader.loadTestsFromName("test.test_mmap")
outcomes = {test.id(): "passed" for test in tests(suite)}
result = unittest.TestResult()
suite.run(result)
for test, _ in result.skipped:
    outcomes[test.id()] = "skipped"
for test, why in result.failures + result.errors:
    # A part of a test may fail by itself.
    outcomes[getattr(test, "test_case", test).id()] = "failed"
    print(test.id(), why, sep="\n", file=sys.stderr)
for name, outcome in outcomes.items():
    print(outcome, name.split(".")[-1])
