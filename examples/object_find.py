"""Finds a word from both ends and in a range, and copies one to the start."""

import mmap


def show(place):
    return "None" if place < 0 else f"Some({place})"


with open("lorem.txt", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as mapped:
        print('first "egestas":', show(mapped.find(b"egestas")))
        print('last "egestas" :', show(mapped.rfind(b"egestas")))
        print("in 100..500    :", show(mapped.find(b"egestas", 100, 500)))
        print('"Rust"         :', show(mapped.find(b"Rust")))

        mapped.move(0, mapped.find(b"dolor"), 5)
        print("after the move :", mapped[:21].decode())
