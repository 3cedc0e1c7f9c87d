"""Takes lines and words from a file that is not all UTF-8."""

import mmap
import os
import re

with open("menu.txt", "xb") as file:
    file.write(b"Un caf\xc3\xa9, deux caf\xc3\xa9s\r\nle caf\xe9 noir\n\nfin")

with open("menu.txt", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        for line in iter(mapped.readline, b""):
            line = line.rstrip(b"\r\n")
            text = line.decode(errors="replace")
            words = ", ".join(f'"{word}"' for word in re.findall(r"\w+", text))
            print(f'"{text}" has the words [{words}]'.encode().decode())
            try:
                line.decode()
            except UnicodeDecodeError as error:
                print(f"  not UTF-8 from byte {error.start} on")
os.remove("menu.txt")
