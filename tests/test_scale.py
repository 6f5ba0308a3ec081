"""A corpus by batches: the same rows as in memory, whoever works on them and whoever dies."""

import gzip
import hashlib
import io
import json
import os
import signal
import sys
import time
import warnings
from collections import Counter
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

import cstolib as cs
from cstolib.batches import BatchError, cut_corpus, engines, open_engine, prepare, read_piece
from cstolib.batches.prepare import prepare_corpus
from cstolib.study.parameters import StudyError
from cstolib.study.runner import clear_folder
from cstolib.study.studyfile import read_study

TEXTS = [f"Minsk, {n} May. The council met in hall {n} and spoke of trade.\n" * 3 for n in range(9)]


@pytest.fixture
def small_batches(monkeypatch):
    """Batches of some articles, so that a small corpus has several."""
    monkeypatch.setattr(prepare, "_plan_memory", lambda memory, workers: (20_000, workers))


def cut(source: Path, folder: Path, size: int) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pieces = list(cut_corpus(source, size=size, folder=folder / "pieces"))
    assert [piece.number for piece in pieces] == list(range(len(pieces)))
    assert len(pieces) > 2
    return pd.concat([read_piece(piece) for piece in pieces], ignore_index=True)


def write_table(rows: list[dict], path: Path) -> None:
    frame = pd.DataFrame(rows)
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    elif path.suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
@pytest.mark.parametrize("named", [True, False])
def test_cut_corpus_cuts_a_table_into_the_rows_that_read_articles_reads(tmp_path, suffix, named):
    rows = [{"text": text, "outlet": "The Lantern", "Date": "2022-05-01"} for text in TEXTS]
    rows[4]["text"] = " "  # no article, and none is numbered after it
    if named:
        rows = [row | {"id": f"a{n}"} for n, row in enumerate(rows)]
    path = tmp_path / f"table{suffix}"
    write_table(rows, path)
    found = cut(path, tmp_path, 700)
    pd.testing.assert_frame_equal(found, cs.read_articles(path))


def test_cut_corpus_keeps_small_files_together_in_their_order(tmp_path):
    folder = tmp_path / "corpus"
    folder.mkdir()
    for n, text in enumerate(TEXTS):
        (folder / f"{n}.txt").write_text(text)
    write_table([{"text": text} for text in TEXTS], folder / "5-table.jsonl")
    found = cut(folder, tmp_path, 700)
    pd.testing.assert_frame_equal(found, cs.read_articles(folder))


def told(read) -> tuple[pd.DataFrame | None, list[str]]:
    """What was read, if anything, and the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            found = read()
        except cs.CorpusError:
            found = None
    return found, [str(one.message) for one in caught if one.category is cs.CorpusWarning]


RUSSIAN = "Совет собрался в понедельник и ни о чём не договорился."
ROW = json.dumps({"text": TEXTS[0]})
WIDE = "text," * 10_001


@pytest.mark.parametrize(
    ("name", "data", "rows", "says"),
    [
        ("a.csv", ("text\n" + f'"{RUSSIAN}"\n' * 9).encode("cp1251"), 9, ""),
        ("a.jsonl", f"{ROW}\r\n\r\n{ROW}\r\n".encode("utf-16"), 2, ""),
        ("a.tsv", b'\xef\xbb\xbftext\tid\n"One\r\ntwo\rthree"\t1\nFour\t2\n', 2, ""),
        ("a.jsonl", f"[{ROW},\n{ROW}]".encode(), 2, ""),
        ("a.jsonl", f'{{"articles": [{ROW}]}}'.encode(), 1, ""),
        ("a.jsonl", json.dumps({"body": TEXTS[0], "authors": ["A. Lee"]}).encode(), 1, ""),
        ("a.jsonl", f"{ROW}\nnot json\n{ROW}\n[1]\n".encode(), 2, "lines 2, 4 are no JSON objects"),
        (
            "a.jsonl",
            f'{ROW}\n{{"text": "{"a" * 3000}"}}\n'.encode(),
            0,
            "line 2 is longer than 2,000",
        ),
        ("a.csv", f"text\n{'a' * 3000}\n".encode(), 0, "line 2 is longer than 2,000"),
        ("a.csv", b"text\n" + b"a\n" * 600 + b"a,b,c\n", 512, "Expected 1 fields in line 602"),
        ("a.csv", b"name\n" + b"a\n" * 99, 0, "columns: name. Name one `text`"),
        ("a.csv", f"{'x,' * 10_001}".encode(), 0, "over 10,000 columns"),
        ("a.jsonl", b"\xff\xfe", 0, "columns: none"),
        ("a.parquet", b"PAR1" * 99, 0, "not a parquet table"),
    ],
)
def test_a_table_is_read_alike_whole_and_in_pieces(tmp_path, monkeypatch, name, data, rows, says):
    monkeypatch.setattr(
        "cstolib.load.rows._LONGEST_LINE", 2_000 if "longer" in says else 20_000_000
    )
    (tmp_path / name).write_bytes(data)
    whole, said = told(lambda: cs.read_articles(tmp_path / name))

    def read_pieces() -> pd.DataFrame:
        pieces = cut_corpus(tmp_path / name, size=1, folder=tmp_path / "pieces")
        return pd.concat([read_piece(piece) for piece in pieces], ignore_index=True)

    found, also_said = told(read_pieces)
    assert said == also_said and len(said) == bool(says)
    assert says in "".join(said)
    assert (0 if whole is None else len(whole)) == rows
    if rows:
        pd.testing.assert_frame_equal(found, whole)


def test_a_table_that_breaks_off_keeps_what_stands_before(tmp_path):
    out = io.BytesIO()
    frame = pd.DataFrame({"id": range(600), "text": [f"{text} " * 9 for text in TEXTS * 67][:600]})
    frame.to_parquet(out, row_group_size=300, compression=None, index=False)
    data = bytearray(out.getvalue())
    middle = len(data) * 6 // 10
    data[middle : middle + 40] = b"\xff" * 40
    (tmp_path / "a.parquet").write_bytes(data)
    whole, said = told(lambda: cs.read_articles(tmp_path))
    assert 0 < len(whole) < 600
    assert "not a parquet table that can be read" in said[0] and "before it was read" in said[0]


def in_memory(corpus: Path) -> dict[str, pd.DataFrame]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        articles, passages = cs.clean_articles(cs.read_articles(corpus))
        copies = cs.find_copies(articles, passages)
        sentences = cs.split_sentences(articles, passages, copies=copies)
        mentions = cs.find_mentions(sentences)
        scores = cs.score_sentiment(sentences, mentions=mentions, method="lexicon")
    return {
        "articles": articles,
        "passages": passages,
        "copies": copies,
        "sentences": sentences,
        "mentions": mentions,
        "scores": scores,
        "statements": cs.code_stance(sentences, mentions, vote=False),
    }


def in_order(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Rows as the functions return them, which sort articles by id."""
    if name in ("articles", "passages", "copies"):
        return table
    keys = ["article_id"]
    if name == "scores":
        table = table.assign(place=table["unit"].map({"sentence": 0, "target": 1, "article": 2}))
        keys = ["place", "article_id"]
    return table.sort_values(keys, kind="stable", ignore_index=True)


def assert_same(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    for name, table in tables.items():
        found = in_order(pd.read_parquet(folder / f"{name}.parquet"), name)
        shared = [column for column in table if column in found]
        assert set(table) - set(shared) <= {"extracted"}
        pd.testing.assert_frame_equal(found[shared], table[shared])


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


@pytest.fixture(scope="module")
def made(sample):
    return in_memory(sample)


def test_prepare_corpus_gives_the_tables_that_the_functions_give(
    sample, made, tmp_path, small_batches
):
    done = prepare_corpus(sample, tmp_path / "one", workers=1, until="statements")
    assert done.articles == len(made["articles"])
    assert done.batches > 5
    assert len(done.warnings) == sum(made["articles"]["notes"].notna())
    assert_same(done.folder, made)
    assert not (done.folder / "work").exists()
    again = prepare_corpus(sample, tmp_path / "one", workers=1, until="statements")
    assert again.seconds == {}
    prepare_corpus(sample, tmp_path / "two", workers=2, until="statements")
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")


def test_prepare_corpus_gives_the_same_tables_of_real_articles(shared, tmp_path, monkeypatch):
    """300 articles with edited reposts and their outlets' boilerplate, in some twenty batches."""
    with gzip.open(shared / "benchmarks" / "copies_dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    sizes = Counter(row["cluster"] for row in rows)
    rows.sort(key=lambda row: (sizes[row["cluster"]] == 1, row["cluster"]))  # copies at first
    chosen = rows[:200] + rows[-100:]
    kept = [{key: row[key] for key in ("id", "outlet", "text")} for row in chosen]
    write_table(kept, tmp_path / "articles.jsonl")
    monkeypatch.setattr(prepare, "_plan_memory", lambda memory, workers: (80_000, workers))
    done = prepare_corpus(
        tmp_path / "articles.jsonl", tmp_path / "tables", workers=1, until="statements"
    )
    assert done.articles == 300 and done.batches > 15
    made = in_memory(tmp_path / "articles.jsonl")
    assert len(made["copies"]) > 20 and len(made["mentions"]) > 100
    assert_same(done.folder, made)


def test_prepare_corpus_refuses_a_folder_with_tables_of_other_texts(sample, tmp_path):
    (tmp_path / "a.txt").write_text(TEXTS[0])
    prepare_corpus(tmp_path / "a.txt", tmp_path / "tables", workers=1, until="copies")
    with pytest.raises(cs.CorpusError, match="made from other texts"):
        prepare_corpus(sample, tmp_path / "tables", workers=1, until="copies")


def test_prepare_corpus_names_ids_that_stand_in_two_batches(tmp_path, small_batches):
    for name in "ab":
        rows = [{"id": f"{name}{n}", "text": TEXTS[n] * 20} for n in range(9)]
        write_table([*rows, {"id": "twin", "text": TEXTS[0]}], tmp_path / f"{name}.jsonl")
    with pytest.raises(cs.CorpusError, match=r"twin stands more than once \(a.jsonl, b.jsonl\)"):
        prepare_corpus(tmp_path, tmp_path.parent / "tables", workers=1)


@pytest.mark.parametrize(
    ("memory", "least"), [("100 MB", "0.8 GB"), ("2 parsecs", "a size like"), ("0.5GB", "0.8 GB")]
)
def test_prepare_corpus_says_how_much_memory_it_needs(sample, tmp_path, memory, least):
    with pytest.raises(ValueError, match=least):
        prepare_corpus(sample, tmp_path, memory=memory)


def test_an_interrupted_run_goes_on_where_it_was(
    sample, made, tmp_path, small_batches, monkeypatch
):
    settle, calls = prepare.settle_batch, []

    def fail(number, shop):
        calls.append(number)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")
        return settle(number, shop)

    monkeypatch.setattr(prepare, "settle_batch", fail)
    with pytest.raises(OSError, match="No space left"):
        prepare_corpus(sample, tmp_path / "tables", workers=1)
    assert not (tmp_path / "tables" / "corpus.json").exists()
    before = (tmp_path / "tables" / "articles.parquet" / "000000.parquet").stat().st_mtime_ns
    prepare_corpus(sample, tmp_path / "tables", workers=1)
    after = (tmp_path / "tables" / "articles.parquet" / "000000.parquet").stat().st_mtime_ns
    assert before == after  # cleaned once
    assert calls[:3] == [0, 1, 2]
    assert_same(tmp_path / "tables", {k: made[k] for k in ("articles", "copies", "mentions")})


def test_open_corpus_has_the_same_tables_made_by_batches(sample, made, tmp_path, monkeypatch):
    monkeypatch.setattr(prepare, "_plan_memory", lambda memory, workers: (20_000, 1))
    monkeypatch.setattr("cstolib.study.corpus._LARGE", 1_000)
    fixes = tmp_path / "corrections.csv"
    article = made["articles"].iloc[3]
    quote = made["sentences"].query("article_id == @article.article_id")["text"].iloc[2]
    note = {"raw": article["raw"], "who": "AB", "why": "as a test"}
    cs.add_correction(fixes, **note, quote=quote, field="voice", value="quoted")
    cs.add_correction(fixes, **note, quote="", field="outlet", value="The Wire")
    cs.add_correction(fixes, **note, quote="words of no text", field="kind", value="body")
    large = cs.open_corpus(sample, tables=tmp_path / "tables", corrections=fixes)
    assert (tmp_path / "tables" / "passages.parquet").is_dir()
    monkeypatch.undo()
    small = cs.open_corpus(sample, corrections=fixes)
    assert large.fingerprint == small.fingerprint
    assert sorted(large.warnings) == sorted(small.warnings)
    pd.testing.assert_frame_equal(large.corrections, small.corrections)
    for one, other in zip(large, small, strict=True):
        pd.testing.assert_frame_equal(one, other.drop(columns="extracted", errors="ignore"))


def test_a_study_says_who_makes_the_tables(tmp_path, root):
    file = tmp_path / "study.yml"
    text = "study: s\nnotebooks: [corpus]\nengine: dask\nscheduler: tcp://10.0.0.1:8786\nmemory: "
    file.write_text(text + "16 GB\n")
    study = read_study(file, root=root)
    assert (study.engine, study.scheduler) == ("dask", "tcp://10.0.0.1:8786")
    assert study.memory == "16 GB"
    file.write_text(text + "plenty\n")
    with pytest.raises(StudyError, match=r"memory .* got 'plenty'"):
        read_study(file, root=root)


def test_a_study_keeps_the_batches_of_an_interrupted_run(tmp_path):
    whole, begun = tmp_path / "whole", tmp_path / "begun"
    for folder in (whole / "passed", begun / "passed" / "work", begun / "figures"):
        folder.mkdir(parents=True)
    clear_folder(whole)
    clear_folder(begun)
    clear_folder(tmp_path / "new")
    assert not any(whole.iterdir())
    assert [path.name for path in begun.iterdir()] == ["passed"]
    assert (tmp_path / "new").is_dir()


def die_once(job: int, folder: Path) -> int:
    """A worker that is killed at its first try of job 3."""
    mark = folder / str(job)
    if job == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return job * job


def die(job: int) -> int:
    if job == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return job


def test_a_killed_process_costs_its_batch_only(tmp_path):
    with open_engine("local", workers=2) as engine:
        found = sorted(engine.map(partial(die_once, folder=tmp_path), range(1, 9)))
    assert found == [job * job for job in range(1, 9)]
    with pytest.raises(BatchError, match="worker of batch 3 died 3 times"):  # noqa: SIM117
        with open_engine("local", workers=2) as engine:
            list(engine.map(die, range(1, 9)))


def slow_square(job: int) -> int:
    time.sleep(0.2)
    return job * job


def test_dask_gives_the_same_bytes_and_survives_a_worker(sample, made, tmp_path, small_batches):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, memory_limit=0
    ) as cluster:
        address = cluster.scheduler_address
        done = prepare_corpus(sample, tmp_path / "dask", engine="dask", scheduler=address)
        with open_engine("dask", workers=2, scheduler=address) as engine:
            assert engine.workers == 2
            victim = next(iter(cluster.workers.values()))
            results = engine.map(slow_square, range(1, 21))
            found = [next(results)]
            os.kill(victim.pid, signal.SIGKILL)
            found += results
        assert sorted(found) == [job * job for job in range(1, 21)]
    prepare_corpus(sample, tmp_path / "local", workers=1)
    assert bytes_of(done.folder) == bytes_of(tmp_path / "local")


def test_without_dask_the_error_says_how_to_install_it(sample, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BatchError, match=r'pip install "cstolib\[scale\]"'):
        prepare_corpus(sample, tmp_path, engine="dask")


def test_an_address_without_a_scheduler_is_named(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(engines, "_PATIENCE", 2)
    with pytest.raises(BatchError, match="no Dask scheduler answers at 'tcp"):
        engines.DaskEngine("tcp://127.0.0.1:9", 1)


def test_engine_must_be_known(sample, tmp_path):
    with pytest.raises(ValueError, match="engine must be one of local, dask, got 'spark'"):
        prepare_corpus(sample, tmp_path, engine="spark")
    with pytest.raises(ValueError, match='needs engine "dask"'):
        prepare_corpus(sample, tmp_path, scheduler="tcp://127.0.0.1:9")


def test_a_corpus_without_prose_has_empty_tables(tmp_path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in "ab":
        (corpus / f"{name}.txt").write_text("Menu\nShare\n")
    done = prepare_corpus(corpus, tmp_path / "it's [1] of *", workers=1, until="statements")
    assert done.articles == 2
    assert_same(done.folder, in_memory(corpus))
