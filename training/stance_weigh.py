"""Fit how the rules and the learned vote count together, and show what is reached unseen.

    python training/stance_weigh.py EXAMPLES FOLDER RUN/answers.jsonl …

FOLDER/model.json gets `weights` and `gate`, stance/unseen.md the tables. Answers are of passages
that the model had not learnt; each register is scored with weights fitted on the others, at
confidence 0.5.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from stance_data import REGISTERS

from cstolib.encoder import SEP
from cstolib.stance.vote import DOUBT, FLOOR, SIGNS, log_odds

NAMES = ("model", "rule", "both", "rule_confidence", "against")
PASS = 0.8  # of the sentences with a statement: F1 on registers left out 0.598, else 0.603
SHOWN = 0.5  # confidence below which figures leave a statement out
OUT = Path(__file__).parent / "stance" / "unseen.md"
LEAST = 0.02  # chances below it teach nothing


class Option(NamedTuple):
    """A statement that the rules or the model may make, and whether it is right."""

    register: str
    key: tuple[Any, ...]
    alignment: int
    traits: tuple[float, ...]
    right: bool


def options(row: dict[str, Any], logits: Any, heads: list[str]) -> list[Option]:
    """What may be said of one actor in one sentence."""
    out = []
    for issue, values in zip(heads, np.asarray(logits, float), strict=True):
        powers = np.exp(values - values.max())
        ruled, sure = row["rules"].get(issue, (None, 0.5))
        for alignment, chance in zip(SIGNS, powers[1:] / powers.sum(), strict=True):
            same = ruled == alignment
            if chance < LEAST and not same:
                continue
            odds = log_odds(float(chance))
            against = ruled is not None and not same
            traits = (odds, same, same * odds, same * log_odds(sure), against)
            key = (row["register"], row["id"], row["sentence"], row["actor"], issue)
            right = row["gold"].get(issue) == alignment
            out.append(Option(row["register"], key, alignment, traits, right))
    return out


def fit(chosen: list[Option]) -> LogisticRegression:
    traits = np.array([o.traits for o in chosen], dtype=float)
    return LogisticRegression(C=1.0, max_iter=1000).fit(traits, [o.right for o in chosen])


def table_line(name: str, said: dict[Any, bool], gold: int, empty: set[Any]) -> str:
    """Precision, recall, F1, and the share of passages without any statement that got one."""
    hits = sum(said.values())
    alarms = len({key[:2] for key in said} & empty) / max(1, len(empty))
    shares = (hits / max(1, len(said)), hits / gold, 2 * hits / (len(said) + gold), alarms)
    shown = (name, len(said), gold, *(f"{share:.2f}" for share in shares))
    return f"| {' | '.join(map(str, shown))} |"


def fit_gate(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Weights of words by which a statement is thinkable, and the least sum that passes."""
    rows = [row for row in rows if row["ids"]]
    words = [" ".join(map(str, set(row["ids"][row["ids"].index(SEP) + 1 :]))) for row in rows]
    counter = CountVectorizer(token_pattern=r"\d+", binary=True, min_df=3)
    matrix = counter.fit_transform(words)
    right = np.array([bool(row["gold"]) for row in rows])
    model = LogisticRegression(C=0.1, max_iter=500)
    unseen = cross_val_predict(model, matrix, right, cv=5, method="decision_function")
    model.fit(matrix, right)
    least = np.quantile(unseen[right], 1 - PASS)
    others = (unseen[~right] >= least).mean()
    print(f"gate: {PASS} of the examples with a statement pass, {others:.2f} of the others")
    weights = zip(counter.get_feature_names_out(), model.coef_[0].tolist(), strict=True)
    kept = {word: round(w, 2) for word, w in weights if abs(w) >= 0.05}
    return {"least": round(float(least - model.intercept_[0]), 2), "words": kept}


def main() -> None:
    examples, folder, *answered = map(Path, sys.argv[1:])
    settings = json.loads((folder / "model.json").read_text("utf-8"))
    heads = settings["heads"]
    logits = {}
    for path in answered:
        for line in path.open(encoding="utf-8"):
            row = json.loads(line)
            logits[row["id"], row["sentence"], row["actor"]] = row["logits"]
    registers = {json.loads(line)["register"] for path in answered for line in path.open()}
    rows = [json.loads(line) for line in examples.open(encoding="utf-8")]
    settings["gate"] = fit_gate(rows)
    rows = [row for row in rows if row["register"] in registers]
    both: dict[Any, bool] = {}
    chosen, gold, ruled = [], Counter(), {}
    held: dict[Any, bool] = {}
    for row in rows:
        known = logits.get((row["id"], row["sentence"], row["actor"]))
        if known and row["ids"]:
            chosen += options(row, known, heads)
        gold[row["register"]] += len(row["gold"])
        passage = (row["register"], row["id"])
        held[passage] = held.get(passage, False) or bool(row["gold"])
        for issue, (alignment, sure) in row["rules"].items():
            if sure >= SHOWN:
                key = (*passage, row["sentence"], row["actor"], issue)
                ruled[key] = row["gold"].get(issue) == alignment
                if not row["ids"]:
                    both[key] = ruled[key]
    table = []
    for register in sorted(registers):
        model = fit([o for o in chosen if o.register != register])
        mine = [o for o in chosen if o.register == register]
        sure = model.predict_proba(np.array([o.traits for o in mine], dtype=float))[:, 1]
        best: dict[Any, tuple[float, bool]] = {}
        for option, p in zip(mine, sure.tolist(), strict=True):
            ruled_so = bool(option.traits[1])
            if p >= (DOUBT if ruled_so else FLOOR):
                told = (max(p, SHOWN), option.right)
                best[option.key] = max(best.get(option.key, (0.0, False)), told)
            table.append((p, option.right))
        both |= {key: right for key, (_, right) in best.items()}
    lines = [
        "| texts | said | gold | precision | recall | F1 | false alarms |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for register in [*sorted(registers), None]:
        total = sum(gold.values()) if register is None else gold[register]
        empty = {key for key, some in held.items() if not some and register in (None, key[0])}
        for name, said in (("rules", ruled), ("rules and vote", both)):
            mine = {k: v for k, v in said.items() if register in (None, k[0])}
            called = "all of these" if register is None else REGISTERS.get(register, register)
            lines.append(table_line(f"{called}: {name}", mine, total, empty))
    lines += ["", "| confidence | n | mean | right |", "|---|--:|--:|--:|"]
    for low in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        band = [(p, right) for p, right in table if low <= p < low + 0.1]
        if band:
            mean, right = np.mean(band, axis=0)
            lines.append(f"| {low} to {low + 0.1:.1f} | {len(band)} | {mean:.2f} | {right:.2f} |")
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    model = fit(chosen)
    weights = dict(zip(NAMES, model.coef_[0].round(3).tolist(), strict=True))
    settings["weights"] = {"all": round(float(model.intercept_[0]), 3), **weights}
    (folder / "model.json").write_text(json.dumps(settings, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
