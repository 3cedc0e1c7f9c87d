"""Counts the words of a sentence."""

sentence = "every program here was run"
print(len(sentence.split()), "words")
