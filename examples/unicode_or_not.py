"""Shows what a pattern finds in bytes with Unicode, and without it: `-u`."""

import mmap
import os
import re


def shown(found):
    """Bytes in quotes, those that are not UTF-8 as numbers."""
    text = found.decode(errors="backslashreplace")
    return f'"{text}"'


with open("menu.txt", "xb") as file:
    file.write(b"caf\xc3\xa9 CAF\xc3\x89 caf\xe9")

with open("menu.txt", "rb") as file:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        # Unicode takes text: here a copy, in which no byte gets lost.
        text = mapped[:].decode(errors="surrogateescape")
        for flags, pattern in [
            ("", r"\w+"),
            ("", r"\bcaf\b"),
            ("", r"\bcafé\b"),
            ("i", r"café"),
            ("", r"caf."),
            ("", r"caf\xe9"),
        ]:
            for unicode in [True, False]:
                name = flags if unicode else f"{flags}-u"
                name = f"(?{name}){pattern}" if name else pattern
                options = re.IGNORECASE if flags else 0
                if unicode:
                    # A byte that is not UTF-8 is no letter, and no dot.
                    pattern_of_text = pattern.replace(".", "[^\udc80-\udcff]")
                    found = [
                        found.encode(errors="surrogateescape")
                        for found in re.findall(pattern_of_text, text, options)
                    ]
                else:
                    found = re.findall(pattern.encode(), mapped, options)
                print(f"{name:14} [{', '.join(map(shown, found))}]")
os.remove("menu.txt")
