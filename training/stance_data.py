"""Coded passages as inputs of the learned vote, with what the rules say of each.

    python training/stance_data.py OUT FILE …     files of coded passages, .jsonl or .tsv

A .tsv holds a passage a line: sentences parted by " || ", a tab, and its statements ("2 Kazakhstan
sanctions -1" parted by "; ", or "-").
"""

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

import cstolib as cs
from cstolib.stance import consider
from cstolib.stance.confidence import confidence_of
from cstolib.stance.vote import input_ids, questions_of

REGISTERS = {
    "first": "mixed",
    "wn": "wire news",
    "tt": "think-tank analysis",
    "op": "opinion",
    "lp": "local press in translation",
    "fx": "features and interviews",
    "more": "more: thin cases",
    "plain": "plain prose, written with the rules",
    "w3": "a writer left out",
    "w9": "a second writer left out",
    "w12": "a third writer left out",
}


def read_passages(path: Path) -> list[dict[str, Any]]:
    """id, text, parts (sentences, if known) and statements of each passage of a file."""
    lines = path.read_text("utf-8").splitlines()
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in lines if line]
    passages = []
    for number, line in enumerate(lines, 1):
        text, tab, labels = line.partition("\t")
        if not tab:
            continue
        statements = []
        for label in [] if labels.strip() == "-" else labels.split(";"):
            sentence, actor, issue, alignment = label.split()
            statements.append(
                {
                    "sentence": int(sentence),
                    "actor": actor,
                    "issue": issue,
                    "alignment": int(alignment),
                }
            )
        parts = text.split(" || ")
        passages.append(
            {
                "id": f"{path.stem}{number}",
                "text": " ".join(parts),
                "parts": parts,
                "statements": statements,
            }
        )
    return passages


def split(passages: list[dict[str, Any]]) -> pd.DataFrame:
    """The sentences of the passages, each of them an article; a known sentence is a paragraph."""
    articles = pd.DataFrame(
        {"article_id": [str(p["id"]) for p in passages], "raw": [p["text"] for p in passages]}
    )
    rows = []
    for p in passages:
        at = 0
        for number, part in enumerate(p.get("parts", [p["text"]])):
            row = {"article_id": str(p["id"]), "passage": number, "kind": "body", "text": part}
            rows.append({**row, "start": at, "end": at + len(part)})
            at += len(part) + 1
    parts = pd.DataFrame(rows)
    sentences = cs.split_sentences(articles, parts)
    if "parts" not in passages[0]:
        return sentences
    # A sentence with a quoted one inside counts as one, as its writer counted.
    first = sentences.drop_duplicates(["article_id", "passage"]).drop(columns=["text", "end"])
    whole = first.merge(parts[["article_id", "passage", "text", "end"]])
    return whole.assign(sentence=whole["passage"])


def examples(path: Path, codebook: cs.Codebook) -> list[dict[str, Any]]:
    """A row for each sentence and actor that the vote may be asked about.

    Statements on an actor that the sentence does not name have a row without `ids`.
    """
    passages = read_passages(path)
    sentences = split(passages)
    considered = list(consider(sentences, cs.find_mentions(sentences, codebook=codebook), codebook))
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}

    def row_of(article: str, sentence: int, actor: str) -> dict[str, Any]:
        known = {"register": path.stem, "id": article, "sentence": sentence, "actor": actor}
        empty = {**known, "ids": [], "gold": {}, "rules": {}}
        return rows.setdefault((article, sentence, actor), empty)

    for question in questions_of(considered, codebook):
        row = considered[question.number].row
        ids = input_ids(question.tokens, question.before, question.actor, codebook.principal)
        row_of(row.article_id, int(row.sentence), question.actor)["ids"] = ids
    for one in considered:
        for c in one.proposed:
            rules = row_of(one.row.article_id, int(one.row.sentence), c.actor)["rules"]
            rules[c.issue] = [c.alignment, confidence_of(c)]
    for passage in passages:
        if not passage["statements"]:
            row_of(str(passage["id"]), 0, "")  # so that false alarms count among all
        for s in passage["statements"]:
            gold = row_of(str(passage["id"]), s["sentence"] - 1, s["actor"])["gold"]
            gold[s["issue"]] = s["alignment"]
    return list(rows.values())


def main() -> None:
    out, *paths = map(Path, sys.argv[1:])
    codebook = cs.load_codebook()
    with out.open("w", encoding="utf-8") as file:
        for path in paths:
            rows = examples(path, codebook)
            file.writelines(json.dumps(row) + "\n" for row in rows)
            n, reach = (
                sum(len(r["gold"]) for r in rows if r["ids"] or every) for every in (True, False)
            )
            print(f"{path.stem}: {len(rows)} rows, {n} statements, {reach} in reach")


if __name__ == "__main__":
    main()
