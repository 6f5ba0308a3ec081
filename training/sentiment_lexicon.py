"""Learn the weights of the lexicon method and write them as a text file.

    python training/sentiment_lexicon.py --data BENCHMARK --snippets FOLDER --out lexicon.tsv

Terms that are mostly written with a capital inside sentences are names, and are left out: a name
must not decide. A first fit on all terms picks those that move most; a second fit weighs them.
"""

import argparse
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.sparse import vstack
from sentiment_data import read_snippets, read_targets
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from cstolib.sentiment.lexicon import (
    TARGET,
    Lexicon,
    feature_of,
    features,
    make_lexicon,
    tokenise,
)

# The strong penalty that chooses well leaves the model less sure than it is right; sharper by this,
# the gold of both dev sets is most probable.
SHARPEN = 1.25
HEADER = """\
# cstolib sentiment lexicon. What a term adds to each class, by where it stands to the target (@).
# any: anywhere (x 4 / square root of the words of the sentence); negated: again, behind a negator;
# left, right: again, within 3 words of the target; far left, far right: 4 to 8 words away;
# pair: two words side by side; near pair: again, near the target; valence: sums of VADER's ratings.
# Learnt from NewsMTSC (Hamborg and Donnay 2021), targets masked, and from the rated snippets of
# Hutto and Gilbert (2014), names left out; training/sentiment_lexicon.py makes this file.
"""


def find_names(texts: list[str]) -> set[str]:
    """Words that stand with a capital in more than half of their places inside sentences."""
    capital, total = Counter(), Counter()
    for text in texts:
        for i, word in enumerate(re.findall(r"[A-Za-z]+(?:['’][A-Za-z]+)*", text)):
            total[word.lower()] += 1
            capital[word.lower()] += bool(i) and word[0].isupper()
    return {word for word in total if capital[word] > total[word] / 2}


def choose_terms(texts: list[str], spans: list, names: set[str]) -> Lexicon:
    """A lexicon of the words of four texts or more and of the pairs of five or more."""
    words, pairs = Counter(), Counter()
    for text, places in zip(texts, spans, strict=True):
        tokens = tokenise(text, places)
        words.update(set(tokens))
        pairs.update(set(pairwise(tokens)))
    kept = {w for w, n in words.items() if n >= 4 and w not in names and w != TARGET}
    usable = kept | {TARGET}
    chosen = [p for p, n in pairs.items() if n >= 5 and p[0] in usable and p[1] in usable]
    return make_lexicon(sorted(kept), sorted(chosen))


def write_lexicon(lexicon: Lexicon, columns: np.ndarray, model: LogisticRegression) -> str:
    """The weights file."""
    lines = ["\t".join(("place", "term", "negative", "neutral", "positive"))]
    lines.append("\t".join(("bias", "", *(f"{b:.3f}" for b in SHARPEN * model.intercept_))))
    rows = []
    for column, weights in zip(columns, model.coef_.T, strict=True):
        rows.append((*feature_of(lexicon, int(column)), *(f"{w:.3f}" for w in SHARPEN * weights)))
    return HEADER + "\n".join(lines + ["\t".join(row) for row in sorted(rows)]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--snippets", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--terms", type=int, default=12000)
    parser.add_argument("--strength", type=float, default=0.05, help="C of the first fit")
    parser.add_argument("--final", type=float, default=0.02, help="C of the second fit")
    parser.add_argument("--snippet-weight", type=float, default=0.15)
    options = parser.parse_args()

    texts, spans, gold = read_targets(options.data / "train.jsonl")
    snippets, shares = read_snippets(options.snippets, tweets=False)
    nowhere: list = [[]] * len(snippets)
    lexicon = choose_terms(texts + snippets, spans + nowhere, find_names(texts + snippets))
    rated = features(lexicon, snippets, nowhere)
    rows = vstack([features(lexicon, texts, spans), rated, rated, rated]).tocsr()
    labels = np.concatenate([gold, np.repeat([0, 1, 2], len(snippets))])
    weight = np.concatenate([np.ones(len(gold)), options.snippet_weight * shares.T.ravel()])

    first = LogisticRegression(C=options.strength, max_iter=400)
    first.fit(rows, labels, sample_weight=weight)
    spread = first.coef_.max(axis=0) - first.coef_.min(axis=0)
    reach = np.sqrt(np.asarray((rows != 0).sum(axis=0)).ravel())
    columns = np.sort(np.argsort(-spread * reach, kind="stable")[: options.terms])
    model = LogisticRegression(C=options.final, max_iter=400)
    model.fit(rows[:, columns], labels, sample_weight=weight)
    options.out.write_text(write_lexicon(lexicon, columns, model), encoding="utf-8")
    for name in ("dev_mt", "dev_rw"):
        dev, places, true = read_targets(options.data / f"{name}.jsonl")
        guess = model.predict(features(lexicon, dev, places)[:, columns])
        print(name, round(100 * f1_score(true, guess, average="macro"), 1))


if __name__ == "__main__":
    main()
