"""Words of no meaning for the tests of copies and repeats."""

import random

STEMS = [
    "council",
    "troops",
    "treaty",
    "border",
    "summit",
    "minister",
    "exercise",
    "mandate",
    "pact",
]


def invent_words(count: int, seed: int, stems: list[str] = STEMS) -> list[str]:
    """So many words, hardly two of them the same."""
    chooser = random.Random(seed)
    return [f"{chooser.choice(stems)}{chooser.randrange(1000)}" for _ in range(count)]
