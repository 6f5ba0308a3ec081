"""Keywords: CPU seconds for 100 MB of news, against the usual ways to count words.

Needs the shared benchmark texts; without them only the agreement with quanteda is measured.
"""

import gzip
import json
import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from benchmarks import ROOT, write_table
from cstolib.keywords import compare_keywords, keyness

SIZE = 100_000_000  # characters
PART = 5_000_000  # characters given to slow peers; their time is scaled up
# quanteda.textstats 0.97, src/keyness.cpp, compiled by itself: count, rest, totals, and G2 with
# correction none, williams and yates.
QUANTEDA = (
    ((7, 2, 10, 9), (4.534939370, 4.200833447, 2.702843781)),
    ((5, 3, 60, 90), (1.738267255, 1.630384013, 0.907087642)),
    ((3, 1, 40, 900), (14.745205456, 7.443177604, 10.768020249)),
    ((12, 14, 1200, 5400), (10.697262446, 10.318755200, 9.378915321)),
)


def _texts() -> pd.DataFrame | None:
    """News of about SIZE characters with their outlets: the benchmark's articles, over again."""
    shared = Path(os.environ.get("CSTOLIB_SHARED", ROOT.parent / "shared"))
    path = shared / "benchmarks" / "copies_dev.jsonl.gz"
    if not path.is_file():
        return None
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    once = pd.DataFrame({"text": [r["text"] for r in rows], "outlet": [r["outlet"] for r in rows]})
    times = -(-SIZE // int(once["text"].str.len().sum()))
    many = pd.concat([once] * times, ignore_index=True)
    many = many[many["text"].str.len().cumsum() <= SIZE]
    return many.assign(article_id=[f"a{i}" for i in range(len(many))], language="en")


def _cpu(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def _speed(sentences: pd.DataFrame) -> list[tuple[str, float]]:
    """CPU seconds for SIZE characters of each way."""
    from nltk.tokenize import NLTKWordTokenizer
    from sklearn.feature_extraction.text import CountVectorizer

    size = int(sentences["text"].str.len().sum())
    part = sentences["text"][sentences["text"].str.len().cumsum() <= PART]
    small = int(part.str.len().sum())

    def nltk_counts() -> None:
        tokenizer = NLTKWordTokenizer()
        for text in part:
            Counter(tokenizer.tokenize(text.lower()))

    ours = _cpu(lambda: compare_keywords(sentences, by="outlet")) / size
    vectors = _cpu(lambda: CountVectorizer().fit_transform(sentences["text"])) / size
    nltk = _cpu(nltk_counts) / small
    return [
        ("cstolib: compare_keywords by outlet, all measures", ours * SIZE),
        ("scikit-learn: CountVectorizer, counts alone", vectors * SIZE),
        ("NLTK: NLTKWordTokenizer and Counter, counts alone", nltk * SIZE),
    ]


def main() -> None:
    """Write the table into docs/keywords.md."""
    worst = max(
        abs(float(keyness.log_likelihood(*table, correction=correction)) - value) / value
        for table, values in QUANTEDA
        for correction, value in zip(keyness.CORRECTIONS, values, strict=True)
    )
    lines = [
        f"Largest relative difference of G2 from quanteda's C++ on {len(QUANTEDA)} tables with "
        f"three corrections: {worst:.1e}.",
        "",
    ]
    sentences = _texts()
    if sentences is None:
        lines.append("The speed was not measured: the benchmark texts are not on this machine.")
    else:
        lines += [
            f"News of {sentences['outlet'].nunique()} outlets, {len(sentences):,} articles, "
            f"{sentences['text'].str.len().sum() / 1e6:.0f} million characters; one process.",
            "",
            "| | CPU seconds for 100 MB |",
            "|---|---:|",
            *[f"| {name} | {seconds:.1f} |" for name, seconds in _speed(sentences)],
        ]
    write_table(ROOT / "docs" / "keywords.md", "\n".join(lines))


if __name__ == "__main__":
    main()
