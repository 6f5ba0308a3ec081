"""Hostile input: each attack of docs/security.md, and what becomes of it.

The files are made here, byte by byte; findings of tests/fuzz.py stand with their reader.
"""

import ast
import importlib
import io
import json
import os
import pkgutil
import re
import socket
import time
import warnings
import zipfile
import zlib
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import regex
from fuzz import BODY, PAGE, join_pdf, pdf_stream, write_parquet, write_pdf, zip_word

import cstolib as cs
from cstolib.load import CorpusError, CorpusWarning, documents, read_articles, readers, rows
from cstolib.load.files import FileError, read_bytes, show_name
from cstolib.load.page import render_page
from cstolib.load.readers import READERS

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
REFUSED = "cannot be read|no text layer"
STORY = "A drill in the south\n\nArmenia left the drill on Monday, the ministry said.\n"


def word(body: str, before: str = "") -> bytes:
    return zip_word(f"{before}<w:document {W}><w:body>{body}</w:body></w:document>")


def run(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def refuses(suffix: str, data: bytes, says: str) -> None:
    """The reader refuses the file with a message, in a second of CPU time."""
    start = time.process_time()
    with pytest.raises(FileError, match=says):
        READERS[suffix](data)
    assert time.process_time() - start < 1


def reads(suffix: str, data: bytes, within: float = 1.0) -> str:
    """The text of the file, read in so many seconds of CPU time."""
    start = time.process_time()
    [record] = READERS[suffix](data)
    assert time.process_time() - start < within
    return record["raw"]


def warned(source: Path) -> tuple[pd.DataFrame, list[str]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        articles = read_articles(source)
    return articles, [str(one.message) for one in caught if one.category is CorpusWarning]


# Word files.


def test_xml_entities_of_a_word_file_are_not_expanded():
    names = "abcdefghij"
    later = [f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names)]
    bomb = f'<!DOCTYPE x [<!ENTITY a "lol">{"".join(later)}]>'
    refuses(".docx", word(run("&j;"), bomb), "amplification|entit")
    stolen = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    assert reads(".docx", word(run("before &x;"), stolen)).strip() == "before"


def test_a_word_file_that_unpacks_to_more_than_its_limit_is_refused(monkeypatch):
    monkeypatch.setattr(readers, "LARGEST", 5_000_000)
    out = io.BytesIO(zip_word(BODY))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/zeros.bin", bytes(10_000_000))
    assert len(out.getvalue()) < 20_000
    refuses(".docx", out.getvalue(), "unpacks to 10,")
    monkeypatch.setattr(readers, "_LARGEST_PART", 1000)
    refuses(".docx", word(run("a" * 1000)), "unpacks to")


def test_a_cell_of_a_word_table_that_claims_to_span_two_billion_columns_is_read_once():
    wide = BODY.replace("<w:tc>", '<w:tc><w:tcPr><w:gridSpan w:val="2147483647"/></w:tcPr>')
    assert reads(".docx", zip_word(wide)).split() == ["A", "drill", "cell"]


def test_deep_and_long_word_files():
    refuses(".docx", word("<w:p>" * 50_000 + "</w:p>" * 50_000), "depth")
    pieces = "<w:tab/><w:t>a</w:t>" * 20_000
    assert len(reads(".docx", word(f"<w:p><w:r>{pieces}</w:r></w:p>"))) == 40_000


# Findings of tests/fuzz.py, which each ended the reading of a whole corpus.
@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".docx", zip_word("")),
        (".docx", zip_word("<a/>")),
        (".docx", zip_word(BODY.replace("w:body", "w:other"))),
        (".parquet", write_parquet()[:-30] + bytes(30)),
        (
            ".parquet",
            write_parquet().replace("Минск".encode(), b"\xd0\xd0\xd0\xd0\xd0\xd0\xd0\xd0\xd0\xd0"),
        ),
    ],
)
def test_a_broken_file_is_no_more_than_a_broken_file(suffix, data):
    refuses(suffix, data, "save it again|parquet")


@pytest.mark.parametrize("key", [b'"numpy_type"', b'"pandas_type"', b'"columns"', b'"start"'])
def test_what_a_parquet_file_says_of_pandas_is_not_needed(key):
    data = write_parquet().replace(key, key[::-1].replace(b'"', b'"'))
    assert len(READERS[".parquet"](data)) == 2


# Pdf files.


def test_pdf_bombs_end():
    assert "went on" in reads(".pdf", write_pdf())
    loop = b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"
    refuses(".pdf", join_pdf(b"<</Type/Catalog/Pages 2 0 R>>", loop), "cannot be read|no text")
    zeros = zlib.compress(zlib.compress(bytes(100_000_000), 9), 9)
    refuses(".pdf", write_pdf(pdf_stream(zeros, b"/Filter[/FlateDecode/FlateDecode]")), REFUSED)
    refuses(".pdf", write_pdf(b"[" * 20_000), REFUSED)
    refuses(".pdf", write_pdf(pdf_stream(b"[" * 20_000)), REFUSED)
    refuses(".pdf", write_pdf(pdf_stream(b"<</A " * 20_000)), REFUSED)


def test_a_pdf_whose_forms_draw_each_other_without_end_is_refused():
    form = b"/Type/XObject/Subtype/Form/Resources<</XObject<</F 6 0 R>>>>"
    drawn = pdf_stream(b"/F Do /F Do", form)
    refuses(".pdf", write_pdf(pdf_stream(b"/F Do"), b"/XObject<</F 6 0 R>>", drawn), REFUSED)


def test_a_pdf_of_endless_drawing_is_refused(monkeypatch):
    monkeypatch.setattr(documents, "_MOST_STEPS", 1000)
    refuses(".pdf", write_pdf(pdf_stream(b"q Q " * 2000)), "over 1,000 steps")


# Pages.


def test_a_page_is_read_whole_or_refused():
    for depth in (300, 1500):  # deeper than lxml goes by itself
        nested = "<div>" * depth + "deep text" + "</div>" * depth
        assert reads(".html", f"<p>before</p>{nested}<p>after</p>".encode(), 5).split() == [
            "before",
            "deep",
            "text",
            "after",
        ]
    refuses(".html", b"<div>" * 200_000 + b"deep text", "gave up")


@pytest.mark.parametrize(
    "attributes",
    [
        "".join(f"a{n}=1 " for n in range(20_000)),
        "".join(f"a{n} " for n in range(20_000)),
        "".join(f"a{n}='<' " for n in range(20_000)),
        "".join(f'a{n} = ">" ' for n in range(20_000)),
        "= " * 20_000,
    ],
)
def test_a_tag_of_countless_attributes_is_refused(attributes):
    refuses(".html", f"<p {attributes}>text</p>".encode(), "attributes")


@pytest.mark.parametrize("name", ["undefined", "bz2", "rot13", "idna", "no_such_code"])
def test_a_page_that_claims_an_encoding_that_is_none_is_read(name):
    page = f"<meta charset={name}><p>The café’s owners left.</p>".encode("cp1252")
    assert reads(".html", page) == "The café’s owners left."


def test_a_page_that_breaks_the_extractor_keeps_its_text(monkeypatch):
    import trafilatura.metadata

    monkeypatch.setattr(trafilatura.metadata, "extract_metadata", lambda tree: 1 / 0)
    assert "Armenia left" in render_page(PAGE)["raw"]


@pytest.mark.parametrize("piece", ["<", "&", "<!--", "<![CDATA[", "<p", '<a href="', "&amp;", "</"])
def test_broken_markup_takes_no_longer_than_sound_markup(piece):
    start = time.process_time()
    with suppress(FileError):
        READERS[".html"](f"<body><p>text</p>{piece * 20_000}".encode())
    assert time.process_time() - start < 3


# Tables.


def test_a_table_is_bounded_in_columns_and_lines(monkeypatch):
    refuses(".csv", b"text," * 100_000 + b"\n", "columns")
    monkeypatch.setattr(rows, "_LONGEST_LINE", 1000)
    refuses(".csv", b"text,b\nshort,1\n" + b"a" * 1001, "line 3 is longer than 1,000")
    refuses(".jsonl", b'{"text": "a"}\n{"text": "' + b"a" * 1000 + b'"}', "line 2 is longer")
    assert READERS[".csv"](b"text\n" + b"a" * 999)


@pytest.mark.parametrize("depth", [100, 600, 900, 5_000])
def test_a_cell_nested_without_end_costs_its_row_at_most(depth):
    for deep in ("[" * depth + "]" * depth, '{"name":' * depth + "1" + "}" * depth):
        rows = f'{{"text": "one", "author": {deep}}}\n{{"text": "two", "author": ["A", "B"]}}\n'
        records = [row for row in READERS[".jsonl"](rows.encode()) if isinstance(row, dict)]
        assert records[-1]["author"] == "A; B"
        assert len(records) == 1 or "author" not in records[0]


def test_a_parquet_file_that_unpacks_to_more_than_its_limit_is_refused(monkeypatch):
    out = io.BytesIO()
    pq.write_table(pa.table({"text": ["a" * 10_000] * 1000}), out)
    assert len(out.getvalue()) < 100_000
    monkeypatch.setattr(rows, "LARGEST", 1_000_000)
    refuses(".parquet", out.getvalue(), "unpacks to more than 1,000,000 bytes")


def test_paths_within_a_table_are_never_opened(tmp_path):
    row = {"text": STORY, "path": "../../secret.txt", "file": "/etc/hostname", "raw_path": "x"}
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_text(json.dumps(row))
    pd.DataFrame([row]).to_csv(tmp_path / "in" / "b.csv", index=False)
    articles = read_articles(tmp_path / "in")
    assert list(articles["path"]) == ["a.jsonl", "b.csv"]
    assert list(articles["raw"]) == [STORY] * 2


# Files and folders.


def test_a_file_of_a_gigabyte_is_refused_without_reading_it(tmp_path):
    (tmp_path / "good.txt").write_text(STORY)
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(1_000_000_000)  # a sparse file: it takes no room
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(1_000_000_000)
    start = time.process_time()
    articles, messages = warned(tmp_path)
    assert time.process_time() - start < 1
    assert list(articles["path"]) == ["good.txt"]
    assert "the limit is 500,000,000; split it" in messages[0]
    assert "holds 1,000,000,000 bytes, and the limit is 100,000,000" in messages[1]
    with pytest.raises(CorpusError, match="limit is 20"):
        read_articles(tmp_path / "good.txt", largest=20, strict=True)


def test_pipes_sockets_devices_and_loops_do_not_hang(tmp_path):
    (tmp_path / "good.txt").write_text(STORY)
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "gone.txt").symlink_to("nowhere.txt")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    (tmp_path / "up").symlink_to("..")
    server = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(tmp_path)  # the path of a socket is short
    try:
        server.bind("socket.txt")
    finally:
        os.chdir(here)
        server.close()
    articles, messages = warned(tmp_path)
    assert list(articles["path"]) == ["good.txt"]
    said = [message.partition(".txt: ")[2] for message in messages]
    assert len(said) == 6 and sum("leads out of the corpus" in one for one in messages) == 2
    for special in (tmp_path / "pipe.txt", Path("/dev/zero")):
        with (
            pytest.raises(CorpusError, match="no article could be read"),
            pytest.warns(CorpusWarning, match="plain file|not read"),
        ):
            read_articles(special)
    with pytest.raises(FileError, match="no plain file"):
        read_bytes(Path("/dev/zero"), 100)


def test_a_file_that_is_still_written_is_refused(tmp_path, monkeypatch):
    growing = tmp_path / "a.txt"
    growing.write_text("one")
    read = os.fdopen

    def grow(handle: int, mode: str):
        with growing.open("a") as file:
            file.write(" more")
        return read(handle, mode)

    monkeypatch.setattr("cstolib.load.files.os.fdopen", grow)
    with pytest.raises(FileError, match="changed while it was read"):
        read_bytes(growing, 1000)
    monkeypatch.undo()
    assert read_bytes(growing, 1000).startswith(b"one more")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain é Минск.txt", "plain é Минск.txt"),
        ("a\nb.txt", "a\\nb.txt"),
        ("a\u202eb.txt", "a\\u202eb.txt"),
        (os.fsdecode(b"caf\xe9.txt"), "caf\\xe9.txt"),
        ("\x1b[2Jx.txt", "\\x1b[2Jx.txt"),
    ],
)
def test_a_name_is_shown_as_what_it_is(tmp_path, name, shown):
    assert show_name(name) == shown
    (tmp_path / name).write_text(STORY)
    articles, _ = warned(tmp_path)
    assert list(articles["path"]) == [shown]
    articles.to_parquet(tmp_path / "tables.parquet")
    from cstolib.fingerprint import hash_corpus, hash_json, write_json

    hashes = hash_corpus(tmp_path)
    assert shown in hashes
    hash_json(hashes)
    write_json(tmp_path / "card.json", hashes)


# Texts.


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 100_000 + STORY,
        "a" * 500_000,
        "word " * 40_000,
        f"{STORY}\x00\x01\u202e\ufeff\ufffe{STORY}",
        "«" * 20_000,
        "a\u0301" * 20_000,
        "\u202e".join(STORY),
        "By " * 20_000,
        "12 May 2022 " * 5_000,
    ],
    ids=["blank", "line", "words", "controls", "quotes", "marks", "bidi", "by", "dates"],
)
def test_the_cleaner_ends_and_covers_every_text(text):
    start = time.process_time()
    articles, passages = cs.clean_articles(pd.DataFrame({"article_id": ["a"], "raw": [text]}))
    assert time.process_time() - start < 15
    raw, place = articles["raw"][0], 0
    assert len(raw) == len(text)
    for begin, end in zip(passages["start"], passages["end"], strict=True):
        assert not raw[place:begin].strip()
        place = end
    assert not raw[place:].strip()


# Code in what people write.


def test_a_study_file_and_a_codebook_run_no_code(tmp_path):
    from cstolib.codebook import CodebookError, load_codebook
    from cstolib.study.parameters import StudyError
    from cstolib.study.studyfile import read_study

    flag = tmp_path / "ran"
    call = f"!!python/object/apply:os.mkdir ['{flag}']"
    file = tmp_path / "studies" / "a.yml"
    file.parent.mkdir()
    file.write_text(f"study: {call}\ncorpus: texts\nnotebooks: [corpus]\n")
    with pytest.raises(StudyError):
        read_study(file)
    (tmp_path / "codebook.yml").write_text(f"actors: {call}\n")
    with pytest.raises(CodebookError):
        load_codebook(tmp_path / "codebook.yml")
    assert not flag.exists()


def test_a_parameter_that_looks_like_code_stays_a_text(tmp_path):
    import papermill
    from papermill.parameterize import parameterize_notebook

    from studies import write_notebook

    book = tmp_path / "a.ipynb"
    write_notebook(book, 'corpus: str = ""  # texts', "print(corpus)")
    given = '"""); import os; os.mkdir("ran") #\n%system\n!ls\n{corpus} \\" \u2028'
    loaded = papermill.iorw.load_notebook_node(str(book))
    made = parameterize_notebook(
        loaded, {"corpus": given}, kernel_name="python3", language="python"
    )
    source = next(c.source for c in made.cells if "injected-parameters" in c.metadata["tags"])
    [statement] = ast.parse(source).body
    assert isinstance(statement, ast.Assign) and ast.literal_eval(statement.value) == given


def test_nothing_is_unpickled_evaluated_or_loaded_unsafely(root):
    calls = {"eval", "exec", "compile", "__import__"}
    for path in sorted((root / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            where = f"{path}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = getattr(node, "module", None) or ""
                names = {alias.name.split(".")[0] for alias in node.names} | {module.split(".")[0]}
                assert not names & {"pickle", "shelve", "dill", "joblib", "marshal"}, where
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in calls, where
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = ast.unparse(node.func.value)
                assert (owner, node.func.attr) not in {("os", "system"), ("os", "popen")}, where
                assert not any(word.arg == "shell" for word in node.keywords), where
                if owner == "yaml" and node.func.attr in ("load", "unsafe_load", "full_load"):
                    assert node.func.attr == "load", where
                    assert ast.unparse(node.args[1]) == "_Loader", where
                assert "allow_pickle" not in {word.arg for word in node.keywords}, where
    from cstolib.codebook import _Loader

    assert issubclass(_Loader, __import__("yaml").SafeLoader)


def test_a_search_that_backtracks_is_ended(monkeypatch):
    from cstolib.keywords import kwic

    monkeypatch.setattr(kwic, "BUDGET", 0.2)
    frame = pd.DataFrame({"article_id": ["a"], "sentence": [0], "text": ["a" * 5000 + "!"]})
    start = time.process_time()
    with pytest.raises(ValueError, match="takes too long"):
        list(kwic.find_matches(frame["text"], "(a+)+b", is_regex=True))
    assert time.process_time() - start < 3


# Regular expressions of the library: each against texts made to be its worst.

PIECES = [
    *("a", " ", "a ", "A", "Aa ", "1", "1 ", "1.", "'", '"', "«", "“", "“a ", ".", "a.", "a, "),
    *("<", "<a ", "&", "- ", "—", "\n", "a\n", "\n ", "(", "(a", "[", "@", "a@", "/", "a/", "_"),
    *("http://a", "м", "Минск ", "Mr. A ", "By A ", "by ", ":", "a: ", "12 May ", "2022-", "'a "),
    *("|", "\t", "\u00a0", "\u200b", "said ", "of the ", "A.B.", "a-", "a'"),
]


BOUNDED = {"cstolib.clean.marks._SIGN_END"}  # searches the last 160 characters of a line
CALLS = {"search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}


def compiled(value: object, depth: int = 0) -> list:
    """Every compiled expression in a module's value."""
    if isinstance(value, re.Pattern | regex.Pattern):
        return [value]
    if depth < 3 and isinstance(value, dict):
        value = list(value.values())
    if depth < 3 and isinstance(value, list | tuple | set | frozenset):
        return [found for item in list(value)[:500] for found in compiled(item, depth + 1)]
    return []


def called(tree: ast.AST) -> dict[str, set[str]]:
    """What is done with each name that something is searched by: NAME.search(…)."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CALLS:
            found.setdefault(ast.unparse(node.value).rpartition(".")[2], set()).add(node.attr)
    return found


def literal_expressions(tree: ast.AST) -> list[tuple[str, re.Pattern]]:
    """The expressions that stand in a call: re.sub("…", …)."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    return [
        (node.func.attr, re.compile(node.args[0].value))
        for node in calls
        if ast.unparse(node.func).startswith("re.")
        and node.func.attr in CALLS
        and isinstance(node.args[0], ast.Constant)
    ]


def expressions(root: Path) -> dict[tuple[re.Pattern, str], str]:
    """Each expression of the library and how it is used: from one place on, or searched for."""
    found = {}
    for module in pkgutil.walk_packages(cs.__path__, "cstolib."):
        if module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        tree = ast.parse(Path(loaded.__file__).read_text())
        uses = called(tree)
        for name, value in vars(loaded).items():
            alone = isinstance(value, re.Pattern) and name.startswith("_")
            fixed = alone and uses.get(name, {"search"}) <= {"match", "fullmatch"}
            for pattern in compiled(value) if not name.startswith("__") else []:
                found.setdefault((pattern, "match" if fixed else "search"), f"{module.name}.{name}")
        for call, pattern in literal_expressions(tree):
            use = "match" if call in ("match", "fullmatch") else "search"
            found.setdefault((pattern, use), f"{module.name}: {pattern.pattern!r}")
    return found


FAST = 1e-3  # CPU seconds that no growth is read from


def search_time(pattern: re.Pattern, use: str, piece: str, size: int, tries: int) -> float:
    """The least CPU seconds of some tries: other work on the machine can only add to them."""
    text = (piece * (size // len(piece) + 1))[:size] + "!"
    given = text.encode() if isinstance(pattern.pattern, bytes) else text
    took = []
    for _ in range(tries):
        start = time.process_time()
        if use == "match":
            pattern.match(given)
            pattern.fullmatch(given)
        else:
            list(pattern.finditer(given))
        took.append(time.process_time() - start)
        if took[-1] < FAST:
            break
    return min(took)


def find_growth(pattern: re.Pattern, use: str, piece: str) -> str:
    """How the time grows with the text, where that is more than in proportion."""
    for size, most in ((24, 20), (500, 100)):  # a longer one might never end
        if (took := search_time(pattern, use, piece, size, 3)) > most * FAST:
            return f"{piece!r}: {took:.4f} s for {size} characters"
    took = search_time(pattern, use, piece, 2000, 5)
    if took < FAST:
        return ""
    before = min(search_time(pattern, use, piece, 500, 1) for _ in range(5))
    grew = took > 9 * max(before, FAST / 10)  # 4 in proportion, 16 as a square
    return f"{piece!r}: {before:.4f} s for 500 characters, {took:.4f} for 2,000" if grew else ""


@pytest.mark.parametrize(
    ("pattern", "piece"),
    [(r"(a+)+b", "a"), (r"\s+x", " "), (r"\d+-", "1"), (r"\ba.*b.*c", "a "), (r"x*y*z", "x")],
)
def test_growth_is_found_where_there_is_some(pattern, piece):
    assert find_growth(re.compile(pattern), "search", piece)


@pytest.mark.parametrize(
    "pattern", [r"(?<!\s)\s+x", r"\s{1,9}x", r"[^x]*+x?", r"\w\s", r"(?:a|a )"]
)
def test_growth_is_not_found_where_there_is_none(pattern):
    for piece in ("a", " ", "a ", "x"):
        assert not find_growth(re.compile(pattern), "search", piece)


def test_no_expression_of_the_library_takes_more_than_linear_time(root):
    found = expressions(root)
    assert len(found) > 150
    slow = []
    for (pattern, use), name in found.items():
        words = re.findall(r"[^\W\d_]{2,}", str(pattern.pattern))
        pieces = PIECES + [f"{word} " for word in words[:: max(1, len(words) // 8)]]
        worst = [growth for piece in pieces if (growth := find_growth(pattern, use, piece))]
        if worst and name not in BOUNDED:
            slow.append((name, worst[0]))
    assert not slow


@pytest.mark.parametrize("piece", ["a", "A", ".", "1.", '"', "Mr. A ", "a-", "x\n", "told Aa "])
def test_one_endless_sentence_takes_no_longer_than_prose(piece):
    story = "Armenia left the drill on Monday, the ministry said. Russia told us no. " * 10
    endless = f"He told Armenia {piece * (40_000 // len(piece))} in Moscow."
    raw = f"A drill in the south\n\n{story}\n\n{endless}\n\n{story}\n"
    frame = pd.DataFrame({"article_id": ["a"], "raw": [raw]})
    book = cs.load_codebook()
    start = time.process_time()
    articles, passages = cs.clean_articles(frame)
    sentences = cs.split_sentences(articles, passages)
    mentions = cs.find_mentions(sentences, codebook=book)
    cs.code_stance(sentences, mentions, codebook=book)
    assert time.process_time() - start < 10
