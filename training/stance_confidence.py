"""Fits the weights of src/cstolib/resources/stance_confidence.json on coded passages.

    python training/stance_confidence.py FOLDER     a folder of JSON Lines files, one a register

Prints how well confidence holds on each register when it is left out.
"""

import json
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

import cstolib as cs
from cstolib import stance
from cstolib.stance.confidence import traits_of

OUT = Path(__file__).resolve().parent.parent / "src/cstolib/resources/stance_confidence.json"
SHRINK = 0.1


class Case(NamedTuple):
    register: str
    traits: tuple[str, ...]
    right: bool


def _cases(path: Path) -> list[Case]:
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
    articles = pd.DataFrame(
        {
            "article_id": [str(row["id"]) for row in rows],
            "raw": [row["text"] for row in rows],
        }
    )
    passages = articles.assign(passage=0, start=0, end=articles["raw"].str.len(), kind="body")
    sentences = cs.split_sentences(articles, passages)
    seen = []
    stance.confidence_of = lambda candidate: seen.append(tuple(traits_of(candidate))) or 1.0
    coded = cs.code_stance(sentences, cs.find_mentions(sentences))
    gold = {
        (str(row["id"]), s["sentence"] - 1, s["actor"], s["issue"], s["alignment"])
        for row in rows
        for s in row["statements"]
    }
    keys = coded[["article_id", "sentence", "actor", "issue", "alignment"]]
    return [
        Case(path.stem, traits, tuple(key) in gold)
        for traits, key in zip(seen, keys.itertuples(index=False, name=None), strict=True)
    ]


def _fit(cases: list[Case]) -> tuple[DictVectorizer, LogisticRegression]:
    vectors = DictVectorizer()
    matrix = vectors.fit_transform([dict.fromkeys(case.traits, 1) for case in cases])
    model = LogisticRegression(C=SHRINK, max_iter=2000)
    return vectors, model.fit(matrix, [case.right for case in cases])


def main() -> None:
    paths = sorted(Path(sys.argv[1]).glob("*.jsonl"))
    # The plain passages were written while the rules were: they would make the rules look surer.
    cases = [case for path in paths if path.stem != "plain" for case in _cases(path)]
    for register in sorted({case.register for case in cases}):
        vectors, model = _fit([case for case in cases if case.register != register])
        out = [case for case in cases if case.register == register]
        p = model.predict_proba(vectors.transform([dict.fromkeys(case.traits, 1) for case in out]))[
            :, 1
        ]
        right = np.array([case.right for case in out])
        kept = p >= 0.5
        print(
            f"{register:8} {len(out):4} statements, right {right.mean():.2f}, "
            f"confidence {p.mean():.2f}; "
            f"at 0.5 and above {kept.sum():4}, right {right[kept].mean():.2f}"
        )
    vectors, model = _fit(cases)
    names = vectors.get_feature_names_out()
    weights = {name: round(float(w), 2) for name, w in zip(names, model.coef_[0], strict=True)}
    weights = {"all": round(float(model.intercept_[0]), 2), **dict(sorted(weights.items()))}
    OUT.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
