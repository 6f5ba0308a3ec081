"""The lexicon method: a linear model whose weights are a text file, and which explains itself.

Words and pairs of words count by where they stand to the target, whose own name is never looked
at. The weights were learnt from NewsMTSC (persons in US news) and from snippets that people
rated; docs/models.md is their card.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Spans = Sequence[tuple[int, int]]

CLASSES = ("negative", "neutral", "positive")
TARGET = "@"  # stands for the target among the words; the word pattern never yields it
# Single words count anywhere, and again near the target: within 3 words, and 4 to 8 away.
WORD_PLACES = ("any", "negated", "left", "far left", "right", "far right")
PAIR_PLACES = ("pair", "near pair")
VALENCES = ("positive", "negative", "positive near", "negative near", "words")
_NEAR, _FAR = 3, 8
_NEGATOR_WORDS = (
    "not no never none nobody nothing neither nor without cannot hardly barely lack lacks"
)
_NEGATORS = frozenset(_NEGATOR_WORDS.split())
_SCOPE = 3  # words after a negator that it turns round
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)*|[!?;:,()\"“”—–]")


@dataclass(frozen=True)
class Lexicon:
    """Words with their numbers, VADER's rating of each, the pairs of numbers, and the weights."""

    words: dict[str, int]  # number 0 is any other word, 1 the target
    rating: np.ndarray  # of each word, -4 … 4
    negator: np.ndarray
    pairs: np.ndarray  # first * len(words) + second, in order
    weights: np.ndarray  # features x classes
    bias: np.ndarray

    @property
    def width(self) -> int:
        """How many features there are."""
        size = len(self.words) + 1
        return len(WORD_PLACES) * size + len(PAIR_PLACES) * len(self.pairs) + len(VALENCES)


def make_lexicon(words: Sequence[str], pairs: Sequence[tuple[str, str]]) -> Lexicon:
    """A lexicon of these words and pairs, its weights still 0; VADER's words come with it."""
    ratings = _vader_ratings()
    ordered = [TARGET, *sorted(set(words) | set(ratings) | _NEGATORS)]
    numbers = {word: i for i, word in enumerate(ordered, 1)}
    size = len(numbers) + 1
    rating, negator = np.zeros(size), np.zeros(size, dtype=bool)
    for word, i in numbers.items():
        rating[i] = ratings.get(word, 0.0)
        negator[i] = word in _NEGATORS or word.endswith(("n't", "n’t"))
    keys = sorted(numbers[a] * size + numbers[b] for a, b in pairs)
    lexicon = Lexicon(
        numbers, rating, negator, np.array(keys, dtype=np.int64), np.zeros((0, 3)), np.zeros(3)
    )
    return lexicon


@cache
def _vader_ratings() -> dict[str, float]:
    from .vader import lexicon_text

    rows = (line.split("\t") for line in lexicon_text().splitlines() if line)
    return {row[0]: float(row[1]) for row in rows if row[0].isalpha() and row[0].islower()}


def _lower(text: str) -> str:
    """`text` in lower case, character for character ("İ" would become two)."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _pieces(text: str, spans: Spans) -> list[str]:
    """What stands between the spans."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        pieces.append(text[at:start] if start > at else "")
        at = max(at, end)
    return [*pieces, text[at:]]


def tokenise(text: str, spans: Spans) -> list[str]:
    """The words and marks of `text` in lower case, TARGET for each span."""
    tokens: list[str] = []
    for i, piece in enumerate(_pieces(text, spans)):
        if i:
            tokens.append(TARGET)
        tokens += _WORD.findall(_lower(piece))
    return tokens


def features(lexicon: Lexicon, texts: Sequence[str], spans: Sequence[Spans]) -> "csr_matrix":
    """Counts of the features of each text with its target: texts x features."""
    from scipy.sparse import csr_matrix

    number = lexicon.words.get
    lists = [[number(t, 0) for t in tokenise(*item)] for item in zip(texts, spans, strict=True)]
    lengths = np.array([len(tokens) for tokens in lists], dtype=np.int64)
    flat = np.fromiter(chain.from_iterable(lists), np.int64, int(lengths.sum()))
    rows, columns, values, _ = zip(*_places(lexicon, flat, lengths), strict=True)
    shape = (len(lists), lexicon.width)
    matrix = csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))), shape=shape
    )
    matrix.sum_duplicates()
    return matrix


def _distances(flat: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Words from each word to the nearest target of its text: negative on its left; far if none."""
    far = 10**6
    at = np.arange(len(flat))
    marks = np.flatnonzero(flat == 1)
    if not len(marks):
        return np.full(len(flat), far)
    after = np.searchsorted(marks, at)
    following = marks[np.minimum(after, len(marks) - 1)]
    before = marks[np.maximum(after - 1, 0)]
    to_left = np.where((following >= at) & (row[following] == row), following - at, far)
    to_right = np.where((before < at) & (row[before] == row), at - before, far)
    return np.where(to_left <= to_right, np.where(to_left < far, -to_left, far), to_right)


def _places(
    lexicon: Lexicon, flat: np.ndarray, lengths: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """(row, column, value, token) of every feature that occurs; token -1 for sums of a text."""
    size, n_pairs = len(lexicon.words) + 1, len(lexicon.pairs)
    row = np.repeat(np.arange(len(lengths)), lengths)
    distance = _distances(flat, row)
    negated = np.zeros(len(flat), dtype=bool)
    for step in range(1, _SCOPE + 1):
        negated[step:] |= lexicon.negator[flat[:-step]] & (row[:-step] == row[step:])
    gap = np.abs(distance)
    known, at = flat > 1, np.arange(len(flat))
    masks = (
        known,
        known & negated,
        known & (distance < 0) & (gap <= _NEAR),
        known & (distance < 0) & (gap > _NEAR) & (gap <= _FAR),
        known & (distance > 0) & (gap <= _NEAR),
        known & (distance > 0) & (gap > _NEAR) & (gap <= _FAR),
    )
    scale = 1.0 / np.sqrt(np.maximum(lengths, 1.0))  # long sentences do not shout
    found = [
        (row[mask], flat[mask] + i * size, _norm(scale, row, mask, i), at[mask])
        for i, mask in enumerate(masks)
    ]
    base = len(WORD_PLACES) * size
    if n_pairs and len(flat) > 1:
        keys = flat[:-1] * size + flat[1:]
        slot = np.minimum(np.searchsorted(lexicon.pairs, keys), n_pairs - 1)
        real = (lexicon.pairs[slot] == keys) & (row[:-1] == row[1:]) & (flat[:-1] > 0)
        close = real & (np.minimum(gap[:-1], gap[1:]) <= _NEAR)
        for i, mask in enumerate((real, close)):
            first = at[:-1][mask]
            found.append((row[first], base + i * n_pairs + slot[mask], np.ones(len(first)), first))
    base += len(PAIR_PLACES) * n_pairs
    rating = np.where(negated, -0.74, 1.0) * lexicon.rating[flat]  # 0.74 is VADER's own
    near = rating / (1.0 + gap / 4.0)
    counts = (
        np.maximum(rating, 0) * scale[row],
        np.minimum(rating, 0) * scale[row],
        np.maximum(near, 0),
        np.minimum(near, 0),
    )
    for i, value in enumerate(counts):
        mask = value != 0
        found.append((row[mask], np.full(mask.sum(), base + i), value[mask], at[mask]))
    every, none = np.arange(len(lengths)), np.full(len(lengths), -1)
    found.append((every, np.full(len(every), base + len(counts)), np.log1p(lengths) / 4.0, none))
    return found


def _norm(scale: np.ndarray, row: np.ndarray, mask: np.ndarray, place: int) -> np.ndarray:
    """Words near the target count 1; words anywhere count less in a longer sentence."""
    return 4.0 * scale[row[mask]] if place < 2 else np.ones(int(mask.sum()))


def _offsets(text: str, spans: Spans) -> list[tuple[int, int]]:
    """Start and end in `text` of each token of `tokenise`."""
    found, at, text = [], 0, _lower(text)
    for start, end in [*sorted(spans), (len(text), len(text))]:
        found += [m.span() for m in _WORD.finditer(text, at, max(start, at))]
        found.append((start, end))
        at = max(at, end)
    return found[:-1]


@cache
def load_lexicon() -> Lexicon:
    """The lexicon that ships: resources/sentiment/lexicon.tsv."""
    path = resources.files("cstolib").joinpath("resources", "sentiment", "lexicon.tsv")
    return read_lexicon(path.read_text("utf-8"))


def read_lexicon(text: str) -> Lexicon:
    """The lexicon of a weights file: place, term, and the weight of each class, by tabs."""
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    rows = rows[1:]
    words = [term for place, term, *_ in rows if place in WORD_PLACES]
    pairs = [tuple(term.split(" ")) for place, term, *_ in rows if place in PAIR_PLACES]
    inner = [word for pair in pairs for word in pair if word != TARGET]
    lexicon = make_lexicon(words + inner, sorted({(a, b) for a, b in pairs}))
    weights, bias = np.zeros((lexicon.width, 3)), np.zeros(3)
    for place, term, *numbers in rows:
        if place == "bias":
            bias = np.array(numbers, dtype=float)
        else:
            weights[column_of(lexicon, place, term)] = [float(n) for n in numbers]
    return Lexicon(lexicon.words, lexicon.rating, lexicon.negator, lexicon.pairs, weights, bias)


def column_of(lexicon: Lexicon, place: str, term: str) -> int:
    """The number of a feature."""
    size = len(lexicon.words) + 1
    if place in WORD_PLACES:
        return WORD_PLACES.index(place) * size + lexicon.words[term]
    base = len(WORD_PLACES) * size
    if place in PAIR_PLACES:
        first, second = term.split(" ")
        key = lexicon.words[first] * size + lexicon.words[second]
        slot = int(np.searchsorted(lexicon.pairs, key))
        return base + PAIR_PLACES.index(place) * len(lexicon.pairs) + slot
    return base + len(PAIR_PLACES) * len(lexicon.pairs) + VALENCES.index(term)


def feature_of(lexicon: Lexicon, column: int) -> tuple[str, str]:
    """Place and term of a feature; `column_of` turned round."""
    size, names = len(lexicon.words) + 1, ["", *lexicon.words]
    if column < len(WORD_PLACES) * size:
        return WORD_PLACES[column // size], names[column % size]
    column -= len(WORD_PLACES) * size
    if column < len(PAIR_PLACES) * len(lexicon.pairs):
        first, second = divmod(int(lexicon.pairs[column % len(lexicon.pairs)]), size)
        return PAIR_PLACES[column // len(lexicon.pairs)], f"{names[first]} {names[second]}"
    return "valence", VALENCES[column - len(PAIR_PLACES) * len(lexicon.pairs)]


def lexicon_probabilities(texts: Sequence[str], spans: Sequence[Spans]) -> np.ndarray:
    """Probabilities (negative, neutral, positive) of each text toward its masked target."""
    lexicon = load_lexicon()
    if not len(texts):
        return np.zeros((0, 3))
    logits = features(lexicon, texts, spans) @ lexicon.weights + lexicon.bias
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def check_span(text: str, start: Any, end: Any) -> tuple[int, int]:
    """A target's place in `text`, as numbers; raises ValueError where it is not in it."""
    if start is None or end is None or not 0 <= start < end <= len(text):
        raise ValueError(
            f"start and end must lie in the text (0 <= start < end <= {len(text)}), "
            f"got {start} and {end} in {text[:60]!r}"
        )
    return int(start), int(end)


def explain_lexicon(text: str, start: int | None = None, end: int | None = None) -> pd.DataFrame:
    """What moved the lexicon score of `text` toward its target, the strongest first.

    Columns: place, term, start, end (characters of `text`; missing for the sums over a whole
    sentence), negative, neutral, positive (what it adds to each class before they are weighed
    against each other). The rows and the row `bias` add up to the score exactly.
    """
    lexicon = load_lexicon()
    spans = [] if start is None and end is None else [check_span(text, start, end)]
    offsets = _offsets(text, spans)
    numbers = [lexicon.words.get(token, 0) for token in tokenise(text, spans)]
    flat = np.array(numbers, dtype=np.int64)
    rows: list[dict[str, Any]] = []
    for _, columns, values, tokens in _places(lexicon, flat, np.array([len(flat)])):
        for column, value, token in zip(columns, values, tokens, strict=True):
            place, term = feature_of(lexicon, int(column))
            last = token + (place in PAIR_PLACES)
            rows.append(
                {
                    "place": place,
                    "term": term,
                    "start": offsets[token][0] if token >= 0 else None,
                    "end": offsets[last][1] if token >= 0 else None,
                    **dict(zip(CLASSES, value * lexicon.weights[column], strict=True)),
                }
            )
    rows.append({"place": "bias", "term": "", **dict(zip(CLASSES, lexicon.bias, strict=True))})
    table = pd.DataFrame(rows, columns=["place", "term", "start", "end", *CLASSES])
    table = table.astype({"start": "Int64", "end": "Int64"})
    spread = (table[list(CLASSES)].max(axis=1) - table[list(CLASSES)].min(axis=1)).to_numpy()
    order = [i for i in np.argsort(-spread, kind="stable") if spread[i] > 0]
    return table.iloc[order].reset_index(drop=True)
