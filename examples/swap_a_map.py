"""Swaps the table of a service for a new one while readers look words up."""

import mmap
import os
import struct
import threading

from replace_whole import replace

ROW = struct.Struct("<16sI")  # a word, filled up with zeros; its number


def fits(word):
    return len(word) <= 16 and not word.endswith(b"\0")


class Table:
    """A map that is a sorted table. Nobody may change or shorten its file."""

    def __init__(self, file):
        if os.fstat(file.fileno()).st_size == 0:
            raise ValueError("the table is cut off")
        self.map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.length = len(self.map) // ROW.size
        if len(self.map) % ROW.size:
            raise ValueError("the table is cut off")
        for row in range(1, self.length):
            if self.row(row - 1)[0] >= self.row(row)[0]:
                raise ValueError(f"row {row} is not sorted")

    def row(self, row):
        return ROW.unpack_from(self.map, row * ROW.size)

    def find(self, word):
        if not fits(word):
            return None
        word = word.ljust(16, b"\0")
        low, high = 0, self.length
        while low < high:
            middle = (low + high) // 2
            key, number = self.row(middle)
            if key == word:
                return number
            low, high = (middle + 1, high) if key < word else (low, middle)
        return None


class Service:
    """The table that a service uses, and the name of its file."""

    def __init__(self, path):
        self.path = path
        self.lock = threading.Lock()
        self.file = open(path, "rb")
        self.table = Table(self.file)

    def refresh(self):
        """Takes the new table, if another file has the name."""
        with self.lock:
            new = open(self.path, "rb")
            try:
                old, about = (os.fstat(f.fileno()) for f in (self.file, new))
                if os.path.samestat(old, about):
                    new.close()
                    return False
                table = Table(new)
            except BaseException:
                new.close()
                raise
            self.file.close()
            # Readers that hold the old table keep it.
            self.file, self.table = new, table
            return True


def publish(path, *rows):
    if not all(fits(word) for word, _ in rows):
        raise ValueError("not a word of a table")
    replace(path, b"".join(ROW.pack(*row) for row in rows), 0o644)


def say(number):
    return number if number is None else f"Some({number})"


if __name__ == "__main__":
    path = "words.table"
    publish(path, (b"one", 1), (b"two", 2))
    service = Service(path)
    held = service.table
    print("two:", say(service.table.find(b"two")))
    publish(path, (b"one", 10), (b"two", 20))
    print("new:", str(service.refresh()).lower())
    now = service.table
    print(f"two: {say(now.find(b'two'))}, held: {say(held.find(b'two'))}")
    publish(path, (b"two", 2), (b"one", 1))
    for _ in range(2):
        try:
            service.refresh()
            raise SystemExit("a bad table was taken")
        except ValueError as error:
            print("refused:", error)
        except OSError as error:
            print(f"refused: {error.strerror} (os error {error.errno})")
        print("two:", say(service.table.find(b"two")))
        if os.path.exists(path):
            os.remove(path)
