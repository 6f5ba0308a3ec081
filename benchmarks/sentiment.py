"""Sentiment toward targets against peers, on the two NewsMTSC dev sets; speed; fairness.

Needs the shared texts. TextBlob is installed into a throw-away environment; where that fails its
row is left empty. Writes docs/sentiment.md and the measurements of docs/models.md.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

import cstolib as cs
from benchmarks import ROOT, note, write_table
from cstolib.sentiment import lexicon as terms
from cstolib.sentiment.score import MIN_CONFIDENCE, PROBABILITIES

SHARED = Path(os.environ.get("CSTOLIB_SHARED", ROOT.parent / "shared"))
SETS = ("dev_mt", "dev_rw")
SPEED_SIZE = 1500  # sentences
SHOWN = 100  # sentences read with the name in them
TEXTBLOB = "textblob==0.19.0"
NAMES = (
    "Russia",
    "Kazakhstan",
    "Belarus",
    "Armenia",
    "Kyrgyzstan",
    "Tajikistan",
    "Ukraine",
    "Azerbaijan",
    "the United States",
    "China",
    "Turkey",
    "NATO",
    "the CSTO",
    "Vladimir Putin",
    "Alexander Lukashenko",
    "Kassym-Jomart Tokayev",
    "Nikol Pashinyan",
    "Sadyr Japarov",
    "Emomali Rahmon",
    "Volodymyr Zelensky",
)
# Run in the peer's environment: sentences in as JSON, polarity of each out.
_TEXTBLOB_CODE = """
import json, sys, time
from textblob import TextBlob
texts = json.load(sys.stdin)
TextBlob("warm").sentiment
start = time.process_time()
scores = [TextBlob(text).sentiment.polarity for text in texts]
print(json.dumps([scores, time.process_time() - start]))
"""


def read_set(name: str) -> pd.DataFrame:
    """text, start, end, gold (0 negative, 1 neutral, 2 positive) of a NewsMTSC file."""
    path = SHARED / "benchmarks" / "sentiment" / f"{name}.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return pd.DataFrame(
        {
            "text": [row["sentence"] for row in rows],
            "start": [int(row["from"]) for row in rows],
            "end": [int(row["to"]) for row in rows],
            "gold": [int(row["polarity"]) + 1 for row in rows],
        }
    )


def macro_f1(gold: Sequence[int], guess: Sequence[int]) -> float:
    """In percent."""
    return 100 * float(f1_score(gold, guess, average="macro", zero_division=0))


def by_threshold(scores: Sequence[float], cut: float = 0.05) -> np.ndarray:
    """Classes of scores around 0; 0.05 is what VADER's authors advise."""
    values = np.asarray(scores)
    return np.where(values >= cut, 2, np.where(values <= -cut, 0, 1))


def textblob_scores(texts: list[str]) -> tuple[list[float], float] | None:
    """TextBlob's polarity of each text and the CPU seconds it took, or None."""
    folder = Path(tempfile.gettempdir()) / "cstolib-peer-textblob"
    python = folder / "bin" / "python"
    try:
        if not python.exists():
            venv.create(folder, with_pip=True)
            command = [python, "-m", "pip", "install", "--quiet", TEXTBLOB]
            subprocess.run(command, check=True, capture_output=True)
        done = subprocess.run(
            [python, "-c", _TEXTBLOB_CODE],
            input=json.dumps(texts),
            check=True,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"TextBlob could not be run: {error}", file=sys.stderr)
        return None
    scores, seconds = json.loads(done.stdout)
    return scores, seconds


def near_ratings(frame: pd.DataFrame) -> np.ndarray:
    """VADER's word ratings summed with weights that fall with the distance to the target."""
    lexicon = terms.load_lexicon()
    spans = [[(s, e)] for s, e in zip(frame["start"], frame["end"], strict=True)]
    matrix = terms.features(lexicon, frame["text"].tolist(), spans)
    near = [
        terms.column_of(lexicon, "valence", term) for term in ("positive near", "negative near")
    ]
    return np.asarray(matrix[:, near].sum(axis=1)).ravel()


def speed(score: Callable[[pd.DataFrame], object], frame: pd.DataFrame) -> float:
    """Different sentences a CPU second, after one run to warm up."""
    score(frame.iloc[:20])
    start = time.process_time()
    score(frame)
    return len(frame) / (time.process_time() - start)


def calibration_error(chances: np.ndarray, gold: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: mean distance of confidence from accuracy over equal bins."""
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == gold
    slot = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [abs(sure[slot == b].sum() - right[slot == b].sum()) for b in range(bins)]
    return float(sum(gaps) / len(gold))


def heat(chances: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities as they would be with their logits divided by `temperature`."""
    powers = np.power(np.clip(chances, 1e-9, 1), 1 / temperature)
    return powers / powers.sum(axis=1, keepdims=True)


def swap_names(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Each sentence with `name` in the place of its target."""
    rows = [
        (row.text[: row.start] + name + row.text[row.end :], row.start, row.start + len(name))
        for row in frame.itertuples()
    ]
    return pd.DataFrame(rows, columns=["text", "start", "end"])


def labels(frame: pd.DataFrame, method: str) -> np.ndarray:
    """The most probable class of each row."""
    return cs.score_targets(frame, method=method)[PROBABILITIES].to_numpy().argmax(axis=1)


def fairness(frame: pd.DataFrame) -> tuple[list[list[str]], float]:
    """For each name: the share of sentences with another label than Russia gets; the highest."""

    def apart(rows: pd.DataFrame, method: str, *, shown: bool = False) -> np.ndarray:
        swapped = pd.concat([swap_names(rows, name) for name in NAMES], ignore_index=True)
        if shown:
            swapped["start"] = np.nan  # no target, so nothing is masked
        found = labels(swapped, method).reshape(len(NAMES), len(rows))
        return 100 * (found != found[0]).mean(axis=1)

    masked = [apart(frame, "model"), apart(frame, "lexicon")]
    shown = apart(frame.iloc[:SHOWN], "model", shown=True)
    rows = [
        [name, *(f"{value:.1f}" for value in values)]
        for name, *values in zip(NAMES, *masked, shown, strict=True)
    ]
    return rows, float(np.max(masked))


def table(head: list[str], rows: list[list[str]]) -> str:
    """A markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def compare(sets: dict[str, pd.DataFrame], train: pd.DataFrame) -> tuple[list[list[str]], dict]:
    """Rows of the table of methods, and what README says of ours."""
    rows, ours = [], {}

    def add(name: str, guesses: dict[str, np.ndarray], pace: float | None) -> None:
        marks = [macro_f1(sets[s]["gold"], guesses[s]) for s in SETS]
        rows.append([name, *(f"{m:.1f}" for m in marks), f"{pace:,.0f}" if pace else ""])
        ours[name] = (marks, pace)

    add("majority class", {s: np.full(len(f), train["gold"].mode()[0]) for s, f in sets.items()}, 0)
    blobs = {s: textblob_scores(frame["text"].tolist()) for s, frame in sets.items()}
    if all(blobs.values()):
        seconds = sum(found[1] for found in blobs.values() if found)
        guesses = {s: by_threshold(found[0]) for s, found in blobs.items() if found}
        add("TextBlob on the sentence", guesses, sum(map(len, sets.values())) / seconds)
    unique = train.drop_duplicates("text").iloc[:SPEED_SIZE]
    scores = {s: cs.score_targets(frame, method="vader")["score"] for s, frame in sets.items()}
    pace = speed(lambda f: cs.score_targets(f, method="vader"), unique)
    add("VADER on the sentence", {s: by_threshold(v) for s, v in scores.items()}, pace)
    cuts = np.linspace(0, 1.5, 31)
    near = near_ratings(train)
    cut = max(cuts, key=lambda c: macro_f1(train["gold"], by_threshold(near, c + 1e-9)))
    guesses = {s: by_threshold(near_ratings(frame), cut + 1e-9) for s, frame in sets.items()}
    add("VADER's ratings by distance to the target", guesses, speed(near_ratings, unique))
    for method in ("lexicon", "model"):
        guesses = {s: labels(frame, method) for s, frame in sets.items()}
        pace = speed(lambda f, m=method: cs.score_targets(f, method=m), unique)
        add(f"cstolib, {method}", guesses, pace)
    return rows, ours


def certainty(sets: dict[str, pd.DataFrame]) -> list[list[str]]:
    """Calibration of the model before and after, and what abstaining does, by set."""
    settings = ROOT / "src" / "cstolib" / "resources" / "sentiment" / "model.json"
    temperature = json.loads(settings.read_text("utf-8"))["temperature"]
    rows = []
    for name, frame in sets.items():
        scored = cs.score_targets(frame, method="model", min_confidence=MIN_CONFIDENCE)
        chances, gold = scored[PROBABILITIES].to_numpy(), frame["gold"].to_numpy()
        kept = ~scored["abstained"].to_numpy(dtype=bool)
        rows.append(
            [
                name,
                f"{100 * calibration_error(heat(chances, 1 / temperature), gold):.1f}",
                f"{100 * calibration_error(chances, gold):.1f}",
                f"{100 * (1 - kept.mean()):.1f}",
                f"{macro_f1(gold[kept], chances.argmax(axis=1)[kept]):.1f}",
                f"{100 * (chances.argmax(axis=1)[~kept] == gold[~kept]).mean():.0f}",
            ]
        )
    return rows


def main() -> None:
    if not (SHARED / "benchmarks" / "sentiment").is_dir():
        print("sentiment: the shared texts are not on this machine", file=sys.stderr)
        return
    sets, train = {name: read_set(name) for name in SETS}, read_set("train")
    rows, ours = compare(sets, train)
    head = [
        "method",
        "macro-F1, several targets",
        "macro-F1, real world",
        "sentences per CPU second",
    ]
    write_table(ROOT / "docs" / "sentiment.md", table(head, rows))
    sure = ["dev set", "ECE before", "ECE after", "abstains, %", "macro-F1 of the rest"]
    fair, worst = fairness(pd.concat(sets.values(), ignore_index=True))
    names = ["name", "model, %", "lexicon, %", "model, if shown the name, %"]
    parts = [table([*sure, "right among abstained, %"], certainty(sets)), table(names, fair)]
    write_table(ROOT / "docs" / "models.md", "\n\n".join(parts))
    data = "NewsMTSC dev sets"
    noted = [
        (f"macro-F1 of the {method}", " / ".join(f"{mark:.1f}" for mark in marks), data)
        for method in ("model", "lexicon")
        for marks in [ours[f"cstolib, {method}"][0]]
    ]
    noted.append(("labels that a swapped name changes, at most", f"{worst:.1f} %", data))
    note("sentiment", noted)


if __name__ == "__main__":
    main()
