"""Answers a question with the passage of the project's notes that fits it best. No model is asked."""

import math
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

NOTES = Path(__file__).resolve().parent.parent / "knowledge"
IDLE_WORDS = set(
    "a an and are as at be by can do does for from has have how i if in is it its my not of on or so than that the then "
    "there this to was what when where which who why will with you".split()
)
NOTHING_FOUND = (
    "The notes say nothing about that. They tell about modes, sidecars, the profile, the database and what to do when "
    "something is away."
)


@dataclass(frozen=True)
class Passage:
    source: str
    title: str
    text: str
    words: Counter


class Notes:
    def __init__(self, folder=NOTES):
        self._passages = [passage for file in sorted(folder.glob("*.md")) for passage in passages_of(file)]
        spread = Counter(word for passage in self._passages for word in passage.words)
        self._weight = {word: math.log(1 + len(self._passages) / count) for word, count in spread.items()}

    def answer(self, question):
        """The text of the answer, and what it was taken from."""
        asked = set(words_of(question))
        best = max(self._passages, key=lambda passage: self._score(passage, asked), default=None)
        if best is None or self._score(best, asked) == 0:
            return NOTHING_FOUND, []
        return best.text, [{"source": best.source, "title": best.title}]

    def _score(self, passage, asked):
        length = sum(passage.words.values())
        return sum(
            self._weight[word] * passage.words[word] / (passage.words[word] + 0.5 + length / 60)
            for word in asked
            if word in passage.words
        )


def passages_of(file):
    for part in re.split(r"^## ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        title, _, text = part.partition("\n")
        # A title names what its passage is about, so it counts three times.
        words = Counter(words_of(f"{title} {title} {title} {text}"))
        yield Passage(file.name, title.strip(), " ".join(text.split()), words)


def words_of(text):
    return [stem(word) for word in re.findall(r"[a-z_]+", text.lower()) if word not in IDLE_WORDS and len(word) > 1]


def stem(word):
    for ending in ("ings", "ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
