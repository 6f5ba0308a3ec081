"""A corpus opened: its tables passed on, and never those of other texts."""

from pathlib import Path

import pytest

import cstolib as cs

STORY = "Belarus backs the invasion\n\n12 March 2022\n\nBelarus supports the invasion of Ukraine.\n"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A folder with one article, an empty file and one that is no text."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "a.txt").write_text(STORY)
    (folder / "empty.txt").write_text("")
    (folder / "noise.bin").write_bytes(bytes(range(256)) * 4)
    return folder


def test_open_corpus_passes_the_same_tables_on(texts: Path, tmp_path: Path) -> None:
    passed = tmp_path / "passed"
    made = cs.open_corpus(texts, tables=passed)
    again = cs.open_corpus(texts, tables=passed)
    for one, other in zip(made, again, strict=True):
        assert one.equals(other)
    assert made.fingerprint == again.fingerprint
    assert {name for name in ("empty.txt", "noise.bin") if name in " ".join(again.warnings)} == {
        "empty.txt",
        "noise.bin",
    }


def test_open_corpus_refuses_tables_of_other_texts(texts: Path, tmp_path: Path) -> None:
    cs.open_corpus(texts, tables=tmp_path / "passed")
    (texts / "a.txt").write_text(STORY + "More.\n")
    with pytest.raises(cs.CorpusError, match="were made from other texts"):
        cs.open_corpus(texts, tables=tmp_path / "passed")


def test_open_corpus_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(cs.CorpusError, match="'nowhere' does not exist"):
        cs.open_corpus("nowhere")
    with pytest.raises(cs.CodebookError, match=r"none\.yml: cannot be read"):
        cs.open_corpus(tmp_path, codebook="none.yml")
    with pytest.raises(cs.CorrectionError, match=r"none\.csv: there is no such file"):
        cs.open_corpus(tmp_path, corrections="none.csv")


def test_conclusions_say_when_there_is_no_evidence(texts: Path) -> None:
    opened = cs.open_corpus(texts)
    none = cs.code_stance(opened.sentences, opened.mentions, codebook=opened.codebook).head(0)
    ranking = cs.summarise_stance(none, by=["actor"])
    positions = cs.summarise_stance(none, by=["actor", "issue"])
    lines = cs.conclude_stance(ranking, positions, opened.codebook)
    assert lines == ["No statement about the war was found: that is no evidence, not neutrality."]


def test_count_coverage_counts_before_and_after_copies(texts: Path) -> None:
    (texts / "b.txt").write_text(STORY)
    coverage = cs.count_coverage(cs.open_corpus(texts)).set_index("actor")
    assert coverage.loc["Belarus", "before"] == 2 * coverage.loc["Belarus", "after"]
    assert coverage["words_before"].iloc[0] > coverage["words_after"].iloc[0]
