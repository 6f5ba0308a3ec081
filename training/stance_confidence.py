"""Fits the weights of src/cstolib/resources/stance_confidence.json on coded passages.

    python training/stance_confidence.py FILE …     files of coded passages, .jsonl or .tsv

Prints how well confidence tells right from wrong on each file when it is left out.
"""

import json
import sys
from pathlib import Path
from typing import NamedTuple

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

import cstolib as cs
from cstolib.stance import consider
from cstolib.stance.confidence import traits_of
from training.stance_data import read_passages, split

OUT = Path(__file__).resolve().parent.parent / "src/cstolib/resources/stance_confidence.json"
SHRINK = 0.05
# Passages that the rules were made from make them look surer than they are.
READ, LESS = ".jsonl", 0.3


class Case(NamedTuple):
    """A statement of the rules: what it rests on, and whether the gold has it."""

    file: Path
    traits: dict[str, int]
    right: bool


def cases_of(path: Path, codebook: cs.Codebook) -> list[Case]:
    """Every statement that the rules propose on a file's passages."""
    passages = read_passages(path)
    gold = {
        (str(p["id"]), s["sentence"] - 1, s["actor"], s["issue"], s["alignment"])
        for p in passages
        for s in p["statements"]
    }
    sentences = split(passages)
    mentions = cs.find_mentions(sentences, codebook=codebook)
    return [
        Case(
            path,
            dict.fromkeys(traits_of(c), 1),
            (one.row.article_id, one.row.sentence, c.actor, c.issue, c.alignment) in gold,
        )
        for one in consider(sentences, mentions, codebook)
        for c in one.proposed
    ]


def fit(cases: list[Case]) -> tuple[DictVectorizer, LogisticRegression]:
    """The traits' weights."""
    vectors = DictVectorizer()
    matrix = vectors.fit_transform([case.traits for case in cases])
    weights = [LESS if case.file.suffix == READ else 1 for case in cases]
    model = LogisticRegression(C=SHRINK, max_iter=2000)
    return vectors, model.fit(matrix, [case.right for case in cases], sample_weight=weights)


def main() -> None:
    codebook = cs.load_codebook()
    cases = [case for arg in sys.argv[1:] for case in cases_of(Path(arg), codebook)]
    for path in sorted({case.file for case in cases}):
        vectors, model = fit([case for case in cases if case.file != path])
        out = [case for case in cases if case.file == path]
        p = model.predict_proba(vectors.transform([case.traits for case in out]))[:, 1]
        right = [case.right for case in out]
        print(
            f"{path.stem:8} {len(out):4} statements, right {sum(right) / len(right):.2f}, "
            f"confidence {p.mean():.2f}, area under the curve {roc_auc_score(right, p):.2f}"
        )
    vectors, model = fit(cases)
    names = vectors.get_feature_names_out()
    weights = {name: round(float(w), 2) for name, w in zip(names, model.coef_[0], strict=True)}
    weights = {"all": round(float(model.intercept_[0]), 2), **dict(sorted(weights.items()))}
    OUT.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
