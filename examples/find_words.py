"""Finds a word that a user typed, and the sentences that have it."""

import mmap
import os
import re
from unicodedata import normalize


def forms(letter):
    """A pattern for a character with its marks as one character, and apart."""
    apart = normalize("NFD", letter)
    some = range(1, len(apart) + 1)
    found = [normalize("NFC", apart[:n]) + apart[n:] for n in some]
    return f"(?:{'|'.join(map(re.escape, found))})"


class Word:
    """A word, or several, in any case, and with each accent in both forms."""

    def __init__(self, word, encoding):
        word = normalize("NFC", word.strip())
        if not word:
            raise ValueError("the word is empty")
        word.encode(encoding)
        # Not beside a letter, a digit or a mark on a letter.
        mark = "[\\w\u0300-\u036f]"
        pattern = f"(?<!{mark}){''.join(map(forms, word))}(?!{mark})"
        self.word = re.compile(pattern, re.IGNORECASE)
        self.end = re.compile(
            r"""[.!?…]+["')\]»”’]*(?:\s|\Z)|[\u3002\uff01\uff1f]+|\n\r?\n"""
        )

    def sentences(self, text):
        """The sentences with the word, each of them once."""
        last = 0
        for word in self.word.finditer(text):
            if word.start() < last:
                continue
            start = last
            for end in self.end.finditer(text, last):
                if end.end() > word.start():
                    break
                start = end.end()
            ends = self.end.finditer(text, word.start())
            ends = (end.end() for end in ends if end.end() >= word.end())
            last = next(ends, len(text))
            yield text[start:last].strip()


if __name__ == "__main__":
    text = (
        "Un café noir ! CAFE\u0301 crème. Deux cafés. "
        "Il coûte 1.5 euro.\n\nDu C++? Non, du thé au Café"
    )
    latin1 = text.replace("\u0301", "").encode("latin-1")
    for name, encoding, stored in [
        ("Utf8", "utf-8", text.encode()),
        ("Latin1", "latin-1", latin1),
    ]:
        with open("menu.txt", "xb") as file:
            file.write(stored)
        with open("menu.txt", "rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        # Unicode takes text: here a copy, in which no byte gets lost.
        with mapped:
            text = mapped[:].decode(encoding, errors="surrogateescape")
        for typed in ["café", "noir", "1.5", "c++"]:
            word = Word(typed, encoding)
            count = sum(1 for _ in word.word.finditer(text))
            print(f"{name}, {typed}: {count} times")
            for sentence in word.sentences(text):
                shown = sentence.replace("\u0301", "\\u{301}")
                if encoding == "latin-1":
                    shown = "".join(
                        c if c < "\x7f" else f"\\x{ord(c):02x}" for c in shown
                    )
                print(f'  "{shown}"')
        os.remove("menu.txt")
