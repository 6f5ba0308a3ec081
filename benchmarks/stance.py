"""Stance against gold: real texts, written passages by register, the sample corpus, and errors.

The learned vote was trained on the passages: on them the rules stand alone, and what both reach on
registers that were left out comes from training/stance/unseen.md, which training wrote.
Nothing of the gold texts is printed: examples of errors come from the passages written for cstolib.
"""

import os
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

import cstolib as cs
from benchmarks import ROOT, note, write_table
from cstolib.codebook.patterns import split_words
from cstolib.sentences.voices import voice_at
from cstolib.validate import add_lines, compare_coders, score_statements
from training.stance_data import REGISTERS, read_passages, split

SHARED = Path(os.environ.get("CSTOLIB_SHARED", ROOT.parent / "shared"))
PASSAGE_KEYS = ("article_id", "sentence", "actor", "issue", "alignment")
LINE_KEYS = ("doc", "line", "actor", "issue", "alignment")
REAL, SAMPLE, ALONE = "real texts, two coders", "sample corpus", "rules alone"
UNREAD = "a writer never learnt nor read"
LATER = f"ten later writers, never read for the rules: {ALONE}"
READ = ("w1", "w2", "w4")  # of the later writers, those whose passages mended rules
UNSEEN = ROOT / "training" / "stance" / "unseen.md"
# Left out where registers are joined: no measure of unseen text, and coded without voices.
APART = (REGISTERS["plain"], UNREAD, f"{UNREAD}: {ALONE}", LATER)


class Coded(NamedTuple):
    """A set of texts: the gold statements, and what the rules made of them."""

    name: str
    units: list[str]
    gold: pd.DataFrame
    sentences: pd.DataFrame
    mentions: pd.DataFrame
    statements: pd.DataFrame
    seconds: float
    keys: tuple[str, ...]


def _code(sentences: pd.DataFrame, vote: bool) -> tuple[pd.DataFrame, pd.DataFrame, float]:
    codebook = cs.load_codebook()
    _ = codebook.matcher, codebook.actor_matcher  # compiled once in a run
    few = sentences.head(20)
    cs.code_stance(few, cs.find_mentions(few, codebook=codebook), vote=vote)
    start = time.process_time()
    mentions = cs.find_mentions(sentences, codebook=codebook)
    statements = cs.code_stance(sentences, mentions, codebook=codebook, vote=vote)
    return mentions, statements, time.process_time() - start


def code_passages(path: Path, *, vote: bool = False) -> Coded:
    """The passages of one file, coded; each passage is an article."""
    rows = read_passages(path)
    gold = pd.DataFrame(
        [
            {**statement, "article_id": str(row["id"]), "sentence": statement["sentence"] - 1}
            for row in rows
            for statement in row["statements"]
        ]
    )
    sentences = split(rows)
    name = REGISTERS.get(path.stem, path.stem)
    ids = [str(row["id"]) for row in rows]
    return Coded(name, ids, gold, sentences, *_code(sentences, vote), PASSAGE_KEYS)


def code_texts(
    folder: Path, gold: pd.DataFrame, name: str, prefix: int | None = None, *, vote: bool
) -> Coded:
    """A folder of raw files through the whole pipeline; statements by the line they start in."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", cs.CorpusWarning)  # comments declared and not there
        articles, passages = cs.clean_articles(cs.read_articles(folder))
    copies = cs.find_copies(articles, passages)
    sentences = cs.split_sentences(articles, passages, copies=copies)
    mentions, statements, seconds = _code(sentences, vote)
    docs = {
        row.article_id: Path(str(row.path)).name[:prefix] if prefix else Path(str(row.path)).stem
        for row in articles.itertuples()
    }
    if not prefix:  # a row of a table goes by its own id
        docs = {a: d if (gold["doc"] == d).any() else a for a, d in docs.items()}
    sentences = sentences.assign(doc=sentences["article_id"].map(docs).astype("str"))
    coded = add_lines(statements, articles).assign(
        doc=lambda frame: frame["article_id"].map(docs).astype("str")
    )
    kept = set(sentences["article_id"].map(docs))
    gold = gold[gold["doc"].isin(kept)] if not prefix else gold
    coded = coded[coded["doc"].isin(set(gold["doc"]))] if prefix else coded
    units = sorted(set(gold["doc"]) if prefix else kept)
    return Coded(name, units, gold, sentences, mentions, coded, seconds, LINE_KEYS)


def load_all() -> list[Coded]:
    """Every set of texts whose gold is on this machine."""
    out = []
    if (SHARED / "gold" / "stance").is_dir():
        gold = pd.read_csv(SHARED / "gold" / "stance" / "statements.csv", dtype={"doc": "str"})
        for name, vote in ((REAL, True), (f"{REAL}: {ALONE}", False)):
            out.append(code_texts(SHARED / "corpus", gold, name, prefix=3, vote=vote))
    sample = ROOT / "tests" / "gold" / "statements.csv"
    if sample.is_file():
        gold = pd.read_csv(sample, dtype={"doc": "str"})
        for name, vote in ((SAMPLE, True), (f"{SAMPLE}: {ALONE}", False)):
            out.append(code_texts(ROOT / "data" / "raw" / "sample", gold, name, vote=vote))
    folders = [SHARED / "gold" / "stance" / "training", ROOT / "tests" / "gold" / "stance"]
    paths = [path for folder in folders if folder.is_dir() for path in folder.glob("*.jsonl")]
    order = list(REGISTERS)
    paths = list({path.name: path for path in paths}.values())  # the project's own copy, if any
    for path in sorted(
        paths, key=lambda p: (order.index(p.stem) if p.stem in order else 99, p.stem)
    ):
        out.append(code_passages(path))
    unread = ROOT / "tests" / "gold" / "stance" / "unseen.tsv"
    out += [
        code_passages(unread, vote=True)._replace(name=UNREAD),
        code_passages(unread)._replace(name=f"{UNREAD}: {ALONE}"),
    ]
    later = sorted((ROOT / "training" / "stance").glob("*.tsv"))
    return [*out, join([code_passages(p) for p in later if p.stem not in READ], LATER)]


def score(coded: Coded, **options: Any) -> pd.DataFrame:
    """`score_statements` on one set of texts."""
    return score_statements(
        coded.statements, coded.gold, keys=coded.keys, units=coded.units, **options
    )


def _share(row: Any, name: str) -> str:
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    if pd.isna(value):
        return "–"
    return f"{value:.2f} ({low:.2f}–{high:.2f})" if not pd.isna(low) else f"{value:.2f}"


def _line(name: str, row: Any) -> str:
    alarms = "–" if pd.isna(row["false_alarms"]) else f"{row['false_alarms']:.2f}"
    cells = [
        name,
        row["n"],
        row["n_gold"],
        *(_share(row, m) for m in ("precision", "recall", "f1")),
    ]
    return f"| {' | '.join(map(str, cells))} | {alarms} |"


_HEAD = """| texts | said | gold | precision | recall | F1 | false alarms |
|---|--:|--:|---|---|---|--:|"""


def join(sets: list[Coded], name: str) -> Coded:
    """Several sets of passages as one."""
    return Coded(
        name,
        [unit for coded in sets for unit in coded.units],
        pd.concat([coded.gold for coded in sets], ignore_index=True),
        pd.concat([coded.sentences for coded in sets], ignore_index=True),
        pd.concat([coded.mentions for coded in sets], ignore_index=True),
        pd.concat([coded.statements for coded in sets], ignore_index=True),
        sum(coded.seconds for coded in sets),
        sets[0].keys,
    )


def _passages(sets: list[Coded]) -> list[Coded]:
    return [coded for coded in sets if coded.keys == PASSAGE_KEYS and coded.name not in APART]


def _reliability(coded: Coded) -> str:
    """How often statements were right, by their confidence."""
    gold = {tuple(row[k] for k in coded.keys) for row in coded.gold.to_dict("records")}
    rows = coded.statements.to_dict("records")
    said = pd.DataFrame(
        {
            "confidence": [row["confidence"] for row in rows],
            "right": [tuple(row[k] for k in coded.keys) in gold for row in rows],
        }
    )
    bands = pd.cut(said["confidence"], [0, 0.5, 0.6, 0.7, 0.8, 0.9, 1], right=False)
    lines = ["| confidence | n | mean | right |", "|---|--:|--:|--:|"]
    for band, part in said.groupby(bands, observed=True):
        shown = f"{band.left:.1f} to {band.right:.1f}"
        mean, right = part["confidence"].mean(), part["right"].mean()
        lines.append(f"| {shown} | {len(part)} | {mean:.2f} | {right:.2f} |")
    return "\n".join(lines)


_KINDS = {  # of actor, issue and alignment, which are right
    (True, True, False): "wrong alignment",
    (True, False, True): "wrong issue",
    (False, True, True): "wrong actor",
}


def _why_missed(
    row: tuple[Any, ...],
    text: str,
    named: set[str],
    unsure: set[tuple[Any, ...]],
    codebook: cs.Codebook,
) -> str:
    """Where the rules lost a statement that the gold has."""
    actor, issue = row[2:4]
    if row in unsure:
        return "found, but below the threshold"
    if actor not in named:
        return "the actor is named by no word that the codebook knows"
    signals = codebook.matcher.find(split_words(text))
    if not any(s.label[0] in ("thing", "says", "own") and s.label[1] == issue for s in signals):
        return "the issue is put in words that the codebook lacks"
    if not any(s.label[0] in ("act", "own", "says", "neither") for s in signals):
        return "what the actor does is put in words that the codebook lacks"
    return "words are known, but no rule joins them"


def errors(coded: Coded, min_confidence: float = 0.5) -> pd.DataFrame:
    """Each wrong or missed statement: kind of error, why, the row, and the rule that made it."""
    sure = coded.statements["confidence"] >= min_confidence
    rules = {
        tuple(row[k] for k in coded.keys): str(row["rule"])
        for row in coded.statements[sure].to_dict("records")
    }
    unsure = {
        tuple(row[k] for k in coded.keys) for row in coded.statements[~sure].to_dict("records")
    }
    texts = {(r.article_id, r.sentence): r.text for r in coded.sentences.itertuples(index=False)}
    gold = {tuple(row[k] for k in coded.keys) for row in coded.gold.to_dict("records")}
    named: dict[tuple[Any, ...], set[str]] = {}
    for mention in coded.mentions.itertuples(index=False):
        named.setdefault((mention.article_id, mention.sentence), set()).add(mention.actor)
    codebook = cs.load_codebook()
    missed, rows, used = sorted(gold - set(rules)), [], set()
    for row in sorted(set(rules) - gold):
        kind = "said where the gold has nothing"
        for other in missed:
            same = tuple(a == b for a, b in zip(row[2:], other[2:], strict=True))
            if other[:2] == row[:2] and other not in used and same in _KINDS:
                kind = _KINDS[same]
                used.add(other)
                break
        why = f"on {row[3]}"
        rows.append((kind, why, *row, rules[row]))
    for row in missed:
        if row not in used:
            why = _why_missed(row, texts[row[:2]], named.get(row[:2], set()), unsure, codebook)
            rows.append(("missed", why, *row, None))
    columns = ["kind", "why", "article_id", "sentence", "actor", "issue", "alignment", "rule"]
    return pd.DataFrame(rows, columns=columns)


def _error_table(coded: Coded, most: int = 18) -> str:
    wrong = errors(coded)
    texts = {(r.article_id, r.sentence): r.text for r in coded.sentences.itertuples(index=False)}
    lines = ["| what is wrong | why | n | example |", "|---|---|--:|---|"]
    counted = wrong.groupby(["kind", "why"]).size().sort_values(ascending=False, kind="stable")
    for (kind, why), n in counted.head(most).items():
        part = wrong[(wrong["kind"] == kind) & (wrong["why"] == why)]
        row = part.iloc[len(part) // 2]
        text = " ".join(str(texts[row["article_id"], row["sentence"]]).split())
        text = text if len(text) < 180 else text[:177].rsplit(" ", 1)[0] + " …"
        shown = f"{row['actor']}, {row['issue']} {row['alignment']:+d}: “{text.replace('|', '/')}”"
        lines.append(f"| {kind} | {why} | {n} | {shown} |")
    rest = counted.iloc[most:].sum()
    if rest:
        lines.append(f"| the rest | | {rest} | |")
    return "\n".join(lines)


def _means(coded: Coded) -> str:
    """Mean alignment on the war by actor: cstolib and coders."""
    war = {name for name, issue in cs.load_codebook().issues.items() if issue.war}
    said = coded.statements[coded.statements["confidence"] >= 0.5]
    said = said[said["issue"].isin(war)]
    gold = coded.gold[coded.gold["issue"].isin(war)]
    lines = ["| actor | cstolib | n | coder B | coder C |", "|---|--:|--:|--:|--:|"]
    for actor in sorted(set(gold["actor"])):
        mine = said[said["actor"] == actor]["alignment"]
        if not len(mine):
            continue
        means = [
            gold[(gold["actor"] == actor) & (gold["coder"] == c)]["alignment"].mean() for c in "BC"
        ]
        shown = ["–" if pd.isna(m) else f"{m:+.2f}" for m in means]
        lines.append(f"| {actor} | {mine.mean():+.2f} | {len(mine)} | {' | '.join(shown)} |")
    return "\n".join(lines)


def voice_agreement(coded: Coded) -> Counter[tuple[str, str]]:
    """Pairs (gold voice, voice found for the words that carry the statement), counted.

    A gold quote that no sentence holds (cut otherwise, or in a passage left out) is skipped.
    """
    by_unit: dict[Any, list[Any]] = {}
    for row in coded.sentences.itertuples(index=False):
        by_unit.setdefault(getattr(row, coded.keys[0]), []).append(row)
    pairs: Counter[tuple[str, str]] = Counter()
    for statement in coded.gold.to_dict("records"):
        rows = by_unit.get(statement[coded.keys[0]], [])
        quote = statement.get("quote")
        if not isinstance(statement.get("voice"), str):
            continue
        if coded.keys == PASSAGE_KEYS:
            rows = [row for row in rows if row.sentence == statement["sentence"]]
            if not isinstance(quote, str) or quote not in rows[0].text:
                quote = rows[0].text
        row = next((r for r in rows if isinstance(quote, str) and quote in r.text), None)
        if row is not None:
            at = row.text.index(quote)
            pairs[statement["voice"], voice_at(row.reported, at, at + len(quote))] += 1
    return pairs


def _voices(sets: list[Coded]) -> str:
    lines = ["| texts | n | author or not | all four |", "|---|--:|--:|--:|"]
    for coded in sets:
        if "voice" not in coded.gold:
            continue
        pairs = voice_agreement(coded)
        n = sum(pairs.values())
        if not n:
            continue
        two = sum(k for (g, f), k in pairs.items() if (g == "author") == (f == "author"))
        four = sum(k for (g, f), k in pairs.items() if g == f)
        lines.append(f"| {coded.name} | {n} | {two / n:.2f} | {four / n:.2f} |")
    return "\n".join(lines)


def _coders(coded: Coded) -> str:
    named = {f"coder {c}": part for c, part in coded.gold.groupby("coder")}
    said = coded.statements[coded.statements["confidence"] >= 0.5]
    table = compare_coders({"cstolib": said, **named}, keys=coded.keys)
    lines = ["| | | F1 | on the same | same value | alpha |", "|---|---|---|--:|---|---|"]
    for (a, b), part in table.groupby(["method", "reference"], sort=False):
        measured = part.set_index("measure")
        shown = [
            f"{row['value']:.2f} ({row['low']:.2f}–{row['high']:.2f})"
            for row in (measured.loc[m] for m in ("F1", "same", "alpha"))
        ]
        cells = [a, b, shown[0], measured.loc["same", "n"], *shown[1:]]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def report(sets: list[Coded]) -> str:
    """The results as Markdown."""
    passages = _passages(sets)
    texts = [coded for coded in sets if coded.keys == LINE_KEYS and ALONE not in coded.name]
    parts = ["### Rules and vote, on registers that the model had not learnt"]
    parts += [UNSEEN.read_text(encoding="utf-8").strip(), ""]
    parts += ["### Against gold", _HEAD]
    parts += [_line(coded.name, score(coded).iloc[0]) for coded in sets]
    if passages:
        every = join(passages, f"all passages: {ALONE}")
        parts.append(_line(every.name, score(every).iloc[0]))
        by_issue = score(every, by="issue")
        parts += ["", f"### By issue, on all passages: {ALONE}", _HEAD.replace("texts", "issue")]
        parts += [_line(row["group"], row) for row in by_issue.to_dict("records")[1:]]
    parts += ["", "### Whose voice", _voices(sets)]
    for coded in texts:
        if "coder" in coded.gold.columns and len(set(coded.gold["coder"])) > 1:
            parts += ["", "### cstolib and coders, on the real texts", _coders(coded)]
            parts += ["", "### Mean alignment on the war, on the real texts", _means(coded)]
    if passages:
        parts += [
            "",
            f"### How sure, and how often right, on all passages: {ALONE}",
            _reliability(every),
        ]
        parts += [
            "",
            f"### What is still coded wrong, on all passages: {ALONE}",
            _error_table(every),
        ]
    speeds = [
        f"{coded.name} {len(coded.sentences) / coded.seconds:,.0f}"
        for coded in (*sets, *([every] if passages else []))
        if coded.keys == LINE_KEYS or coded.name.startswith("all")
    ]
    parts += ["", f"Sentences a CPU second, mentions and statements: {'; '.join(speeds)}."]
    return "\n".join(parts)


def _noted(sets: list[Coded]) -> list[tuple[str, str, str]]:
    """What README says of stance."""
    rows = []
    passages = _passages(sets)
    chosen = [coded for coded in sets if coded.keys == LINE_KEYS]
    chosen += [join(passages, f"all written passages: {ALONE}")] if passages else []
    for coded in [*chosen, *(coded for coded in sets if coded.name in APART[1:])]:
        row = score(coded).iloc[0]
        value = f"{_share(row, 'f1')}, precision {_share(row, 'precision')}"
        rows.append(("F1 of statements", value, coded.name))
    for line in UNSEEN.read_text(encoding="utf-8").splitlines():
        name, _, _, precision, _, f1, *_ = line.strip("| ").split(" | ") + [""] * 6
        if name.startswith("all of these"):
            who = name.partition(": ")[2]
            where = f"registers that the model had not learnt: {who}"
            rows.append(("F1 of statements", f"{f1}, precision {precision}", where))
    for coded in sets:
        if coded.name not in (REAL, SAMPLE):
            continue
        pairs = voice_agreement(coded)
        right = sum(n for (gold, found), n in pairs.items() if gold == found)
        rows.append(("voice of statements right", f"{right / sum(pairs.values()):.2f}", coded.name))
    return rows


def main() -> None:
    """Measure, and write the tables into docs/stance.md."""
    sets = load_all()
    write_table(ROOT / "docs" / "stance.md", report(sets))
    note("stance", _noted(sets))


if __name__ == "__main__":
    main()
