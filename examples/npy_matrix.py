"""Reads a matrix of numpy where it is, in its file, and writes one."""

import ast
import math
import mmap
import os
import struct
import sys


class Matrix:
    """A matrix in its file, of numbers of 64 bits, without numpy."""

    def __init__(self, file):
        self.map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if self.map[:6] != b"\x93NUMPY" or len(self.map) < 12:
            raise ValueError("no .npy file, or a cut header")
        if self.map[6:8] not in (b"\1\0", b"\2\0", b"\3\0"):
            raise ValueError("an unknown version")
        form = "<H" if self.map[6] == 1 else "<I"
        (length,) = struct.unpack_from(form, self.map, 8)
        start = 8 + struct.calcsize(form) + length
        header = self.map[start - length : start]
        if len(header) != length:
            raise ValueError("a cut header")
        header = ast.literal_eval(header.decode("utf-8"))
        if header["descr"] != "<f8" or header["fortran_order"]:
            raise ValueError("another type, byte order or order than expected")
        self.rows, self.columns = header["shape"]
        if min(header["shape"]) < 0:
            raise ValueError("a negative shape")
        if start + 8 * self.rows * self.columns != len(self.map):
            raise ValueError("another length than the shape says")
        if sys.byteorder != "little":
            raise ValueError("`cast` knows the byte order of the machine alone")
        self.numbers = memoryview(self.map)[start:].cast("d")

    def row(self, row):
        start = row * self.columns
        numbers = self.numbers[start : start + self.columns]
        return list(numbers) if 0 <= row < self.rows else None


def write(file, shape, numbers):
    """Writes a matrix, row by row, for numpy.load, with mmap_mode too."""
    if len(numbers) != math.prod(shape):
        raise ValueError("another number of numbers than of cells")
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}"
    length = -(10 + len(text) + 1) % 64 + len(text) + 1
    file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", length))
    file.write(text.ljust(length - 1).encode() + b"\n")
    file.write(struct.pack(f"<{len(numbers)}d", *numbers))


def shown(row):
    return f"Some([{', '.join(f'F64({x})' for x in row)}])" if row else None


if __name__ == "__main__":
    with open("matrix.npy", "xb") as file:
        write(file, (3, 2), [1.0, 0.5, 2.0, -0.25, 3.0, 0.125])
    with open("matrix.npy", "rb") as file:
        matrix = Matrix(file)
    print((matrix.rows, matrix.columns))
    for row in range(4):
        print(f"row {row}: {shown(matrix.row(row))}")
    print("sum:", sum(matrix.numbers))
    os.truncate("matrix.npy", 150)
    with open("matrix.npy", "rb") as file:
        try:
            Matrix(file)
        except ValueError as error:
            print("150 bytes of it:", error)
    os.remove("matrix.npy")
