"""Train the model that tells an article's prose from the rest of a page, and write its weights.

Takes folders of gold: NAME.txt with NAME.ann.json beside it, whose `body_lines` are the numbers
(from 1) of the lines that are prose. Two logistic regressions: the second learns from scores that
the first gave to pages it had not seen. `--hold-out` prints the scores on outlets held out.

    python training/lines.py FOLDER [FOLDER …] [--texts FOLDER] [--hold-out]
"""

import argparse
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.scores import score_lines
from cstolib.clean.body import (
    BARRED,
    FIRST,
    PLACES,
    SECOND,
    choose_lines,
    lift_runs,
    place_lines,
)
from cstolib.clean.features import context_features, own_features
from cstolib.clean.lines import Lines, Table, split_lines
from cstolib.clean.marks import read_marks
from cstolib.clean.structure import bar_lines
from cstolib.repeats import find_repeats

FOLDS = 5
STRENGTH = 0.3  # inverse of the regularisation
EXTRACTED = 0.25  # one labelled by an extractor that saw its HTML
HAND_MADE = 3.0  # how much more a page labelled by hand counts than one labelled by a program
WEIGHTS = Path(__file__).resolve().parent.parent / "src/cstolib/resources/line-model.txt"


@dataclass
class Page:
    """A labelled page; `group` is its outlet."""

    name: str
    group: str
    raw: str
    gold: set[int]
    folder: str
    weight: float
    lines: Lines = field(default_factory=lambda: split_lines(""))
    numbers: list[int] = field(default_factory=list)
    runs: list[tuple[int, int, int, int]] = field(default_factory=list)
    answer: Table = field(default_factory=lambda: np.zeros(0))
    own: Table = field(default_factory=lambda: np.zeros(0))
    context: Table = field(default_factory=lambda: np.zeros(0))
    first: Table = field(default_factory=lambda: np.zeros(0))
    second: Table = field(default_factory=lambda: np.zeros(0))


def read_pages(folders: list[Path], texts: Path | None) -> list[Page]:
    """The labelled pages of the folders, in order of name."""
    pages = []
    for folder in folders:
        for path in sorted(folder.glob("*.ann.json")):
            gold = json.loads(path.read_text(encoding="utf-8"))
            stem = path.name.removesuffix(".ann.json")
            sources = [place / f"{stem}.txt" for place in (folder, texts) if place]
            source = next((file for file in sources if file.exists()), None)
            if source is None:
                continue
            raw = source.read_bytes().decode("utf-8", "replace")
            outlet = urlparse(gold.get("address", "")).netloc or gold.get("outlet") or stem
            group = outlet.removeprefix("www.")
            weight = HAND_MADE if "address" not in gold else EXTRACTED if "u" in gold else 1.0
            pages.append(Page(stem, group, raw, set(gold["body_lines"]), folder.name, weight))
    return pages


def shift(values: Table, by: int) -> Table:
    """`values` moved down by a row (up where `by` is -1), zeros where none came."""
    result = np.roll(values, by, axis=0)
    result[0 if by > 0 else -1 :][:1] = 0.0
    return result


def first_table(own: Table, context: Table) -> Table:
    """One row a line, one column for each name in FIRST."""
    return np.hstack([own, context, shift(own, 1), shift(own, -1)])


def second_table(places: Table, own: Table, context: Table) -> Table:
    """One row a line, one column for each name in SECOND."""
    inside = places[:, PLACES.index("inside")]
    return np.hstack([places, own, context, own * inside[:, None]])


def prepare(pages: list[Page]) -> None:
    """Fill in lines, gold answers, repeated runs and the table of the first model."""
    found = find_repeats([page.raw for page in pages])
    for index, page in enumerate(pages):
        page.lines = split_lines(page.raw)
        starts = page.lines.starts.tolist()
        page.numbers = [page.raw.count("\n", 0, start) + 1 for start in starts]
        page.answer = np.array([number in page.gold for number in page.numbers], dtype=float)
        rows = found[found["text"] == index][["start", "end", "source_start", "source_end"]]
        page.runs = [tuple(row) for row in rows.to_numpy().tolist()]
        page.own = own_features(page.lines)
        page.context = context_features(page.lines, page.own)
        page.first = first_table(page.own, page.context)


def fit(pages: list[Page], table: str) -> tuple[Table, float]:
    """Weights and bias learned from the `table` of these pages."""
    parts, answers, weights = [], [], []
    for page in pages:
        count = len(page.answer)
        keep = np.ones(count, dtype=bool)
        easy = np.flatnonzero((page.lines.sizes <= 3) & (page.answer == 0))
        if len(easy) > 30:  # menus: one word in four is enough
            keep[easy] = False
            keep[easy[::4]] = True
        parts.append(getattr(page, table)[keep])
        answers.append(page.answer[keep])
        share = page.weight / max(count, 40) ** 0.7
        weights.append(np.full(int(keep.sum()), share))
    weight = np.concatenate(weights)
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    model.fit(np.vstack(parts), np.concatenate(answers), sample_weight=weight / weight.mean())
    return model.coef_[0], float(model.intercept_[0])


def folds(pages: list[Page]) -> list[int]:
    """The fold of each page; pages of one outlet share theirs."""
    groups = sorted({page.group for page in pages})
    number = {group: place % FOLDS for place, group in enumerate(groups)}
    return [number[page.group] for page in pages]


def cross_first(pages: list[Page], number: list[int]) -> list[Table]:
    """Scores of the first model for each page, from models that have not seen its outlet."""
    scores = [np.zeros(0)] * len(pages)
    for fold in sorted(set(number)):
        weights, bias = fit([p for p, n in zip(pages, number, strict=True) if n != fold], "first")
        for index, page in enumerate(pages):
            if number[index] == fold:
                scores[index] = page.first @ weights + bias
    return scores


def fill_second(pages: list[Page], scores: list[Table]) -> list[Table]:
    """Fill in the table of the second model; returns the barred scores."""
    result = []
    for page, score in zip(pages, scores, strict=True):
        barred, _, _ = bar_lines(page.lines, score, page.runs)
        page.second = second_table(place_lines(page.lines, barred), page.own, page.context)
        result.append(barred)
    return result


def hold_out(pages: list[Page]) -> None:
    """Print token and line F1 of each page by models that saw no page of its outlet."""
    number = folds(pages)
    barred = fill_second(pages, cross_first(pages, number))
    totals: dict[str, list[tuple[float, float]]] = {}
    for fold in sorted(set(number)):
        weights, bias = fit([p for p, n in zip(pages, number, strict=True) if n != fold], "second")
        for index, page in enumerate(pages):
            if number[index] != fold:
                continue
            stop = (barred[index] <= BARRED) | read_marks(page.lines).vetoed
            score = np.where(stop, BARRED, page.second @ weights + bias)
            score = lift_runs(page.lines, page.own, score)
            chosen, _ = choose_lines(page.lines, score)
            kept = {n for n, yes in zip(page.numbers, chosen, strict=True) if yes}
            result = score_lines(page.raw.split("\n"), page.gold, kept)
            totals.setdefault(page.folder, []).append(result)
            print(f"{page.folder}/{page.name:40} token {result[0]:.3f} line {result[1]:.3f}")
    for name, values in totals.items():
        token, line = np.mean(values, axis=0)
        print(f"{name}: {len(values)} pages, token F1 {token:.3f}, line F1 {line:.3f}")


def write_weights(path: Path, models: dict[str, tuple[Table, float]]) -> None:
    """Write the weights as text: model, weight, name."""
    lines = [
        "# Weights of the two logistic models in clean/body.py, made by training/lines.py.",
        "# Model, log odds for each unit of the feature, feature; above 0 speaks for prose.",
    ]
    for (name, (weights, bias)), columns in zip(models.items(), (FIRST, SECOND), strict=True):
        lines.append(f"{name}\t{bias:.4f}\tbias")
        for weight, column in zip(weights, columns, strict=True):
            if abs(weight) >= 0.0005:
                lines.append(f"{name}\t{weight:.3f}\t{column}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Train on all pages; with --hold-out say how well it does on outlets not seen."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--texts", type=Path, help="where the texts are, if not beside the gold")
    parser.add_argument("--hold-out", action="store_true")
    options = parser.parse_args()
    pages = read_pages(options.folders, options.texts)
    prepare(pages)
    print(len(pages), "pages,", dict(Counter(page.folder for page in pages)))
    if options.hold_out:
        hold_out(pages)
        return
    fill_second(pages, cross_first(pages, folds(pages)))
    models = {"first": fit(pages, "first"), "second": fit(pages, "second")}
    write_weights(WEIGHTS, models)


if __name__ == "__main__":
    main()
