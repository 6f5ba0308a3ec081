"""Fuzzes the readers and the cleaner with atheris, in an environment that has it.

    pip install atheris && python tests/fuzz.py --minutes 30 --folder /tmp/fuzz [READER …]

Each reader gets that many minutes of CPU time (of fuzzing alone), in short turns. In the folder
stand a corpus for each reader, `findings/` (the input of each fault, and beside it what went
wrong), and `spent.json`: the seconds and inputs so far, on which a later call goes on. They are
written into docs/security.md at the end, or by `--minutes 0`. A finding worth keeping becomes a
small test in test_hostile.py.
"""

import argparse
import contextlib
import hashlib
import io
import json
import os
import re
import sys
import time
import traceback
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

TURN = 40  # CPU seconds
SLOW = 5.0  # CPU seconds for an input of at most LONGEST bytes
LONGEST = 20_000
MEMORY = 3000  # MB
WORDS = "Armenia left the bloc’s drill, Минск сказал «нет». El tratado — 12 May 2022.\n"
PAGE = (
    "<html><head><title>A drill</title><meta name=author content='A. Writer'></head><body><nav>"
    "<a href=/>Home</a></nav><article><h1>A drill</h1><p>By A. Writer, 12 May 2022</p><p>"
    f"{WORDS * 3}</p><table><tr><td>1<td>2</table></article><div>Share</div></body></html>"
)
TEXT = (
    f"Home | News\nA drill in the south\nBy Anna Writer\n12 May 2022\n\n{WORDS * 4}\nRead also: "
    f"more\n\n{WORDS * 2}\n2 Comments\nreader1 says:\nNo.\n\nAll rights reserved © 2022\n"
)
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
    '.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument'
    '/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
}
BODY = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>A drill</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>cell</w:t></w:r>"
    "</w:p></w:tc></w:tr></w:tbl><w:p><w:r><w:t>End of Document</w:t></w:r></w:p></w:body>"
    "</w:document>"
)


def zip_word(document: str | bytes) -> bytes:
    """A Word file around its main part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in PARTS.items():
            archive.writestr(name, part)
        archive.writestr("word/document.xml", document)
    return out.getvalue()


def join_pdf(*objects: bytes) -> bytes:
    """A pdf of objects numbered from 1, the first of which is its root."""
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    return b"%s%s%strailer<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (
        out,
        head,
        table,
        size,
        len(out),
    )


def pdf_stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (extra, len(data), data)


def write_pdf(contents: bytes = b"", objects: bytes = b"", other: bytes = b"null") -> bytes:
    """A page with two lines, or with the contents given, and one more object, the sixth."""
    shown = b"BT /F1 12 Tf 72 720 Td (A drill in the south) Tj 0 -14 Td (went on.) Tj ET"
    return join_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>%s>>>>" % objects,
        contents or pdf_stream(shown),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        other,
    )


def write_parquet() -> bytes:
    import pandas as pd

    out = io.BytesIO()
    pd.DataFrame(
        {"id": ["1", "2"], "text": [WORDS, TEXT], "date": ["2022-05-12", None]}
    ).to_parquet(out)
    return out.getvalue()


def read(suffix: str, data: bytes) -> None:
    from cstolib.load.files import FileError
    from cstolib.load.readers import READERS

    with contextlib.suppress(FileError):
        READERS[suffix](data)


def clean(data: bytes) -> None:
    """Cleans a text and checks that its passages cover all of it that is not blank, once."""
    import pandas as pd

    import cstolib as cs

    text = data.decode("utf-8", "surrogatepass" if data[:1] == b"s" else "replace")
    articles, passages = cs.clean_articles(pd.DataFrame({"article_id": ["1"], "raw": [text]}))
    raw, place = articles["raw"][0], 0
    for start, end in zip(passages["start"], passages["end"], strict=True):
        assert place <= start <= end <= len(raw), "passages overlap"
        assert not raw[place:start].strip(), "a text in no passage"
        place = end
    assert not raw[place:].strip(), "a text in no passage"


def clean_guarded(data: bytes) -> None:
    with contextlib.suppress(UnicodeDecodeError):
        clean(data)


TARGETS: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {
    "text": (
        lambda data: read(".txt", data),
        [TEXT.encode(), TEXT.encode("utf-16"), "Минск сказал нет. ".encode("cp1251") * 9],
    ),
    "markdown": (lambda data: read(".md", data), [f"---\ntitle: A\n---\n{TEXT}".encode()]),
    "html": (lambda data: read(".html", data), [PAGE.encode(), PAGE.encode("utf-16")]),
    "docx": (
        lambda data: read(".docx", data if data[:2] == b"PK" else zip_word(data)),
        [zip_word(BODY), BODY.encode()],
    ),
    "pdf": (lambda data: read(".pdf", data), [write_pdf()]),
    "csv": (
        lambda data: read(".csv", data),
        [b'id,text,date\n1,"A, b",2022\n2,C,\n', b"text;b\n1;2"],
    ),
    "jsonl": (
        lambda data: read(".jsonl", data),
        [b'{"id": 1, "text": "A", "author": ["B", {"name": "C"}]}\n{"text": "D"}\n', b"[1,{}]"],
    ),
    "parquet": (lambda data: read(".parquet", data), [write_parquet()]),
    "cleaner": (clean_guarded, [TEXT.encode(), PAGE.encode(), WORDS.encode() * 20]),
}


def load_spent(folder: Path) -> dict[str, dict[str, float]]:
    path = folder / "spent.json"
    return json.loads(path.read_text()) if path.exists() else {}


def keep_finding(folder: Path, name: str, data: bytes, kind: str, said: str) -> None:
    """The first input of each kind of fault, with what was said of it."""
    key = hashlib.sha256(f"{name}{kind}".encode()).hexdigest()[:10]
    path = folder / "findings" / f"{name}-{key}"
    if not path.exists():
        path.write_bytes(data)
        path.with_suffix(".why").write_text(said, errors="backslashreplace")


def prepare(names: list[str]) -> None:
    """Import and instrument all that is fuzzed, and call it once: no turn pays for that."""
    import atheris

    import cstolib

    package = Path(cstolib.__file__).parent
    compiled = [  # numba cannot compile what is instrumented
        ".".join(path.relative_to(package.parent).with_suffix("").parts)
        for path in package.rglob("*.py")
        if re.search(r"^@(kernel|numba)", path.read_text("utf-8"), re.M)
    ]
    with atheris.instrument_imports(include=["cstolib", "docx", "pypdf"], exclude=compiled):
        import docx  # noqa: F401
        import pypdf  # noqa: F401

        import cstolib.clean
        import cstolib.load.documents
        import cstolib.load.page
    warnings.simplefilter("ignore")
    for name in names:
        target, seeds = TARGETS[name]
        target(seeds[0])


def fuzz(name: str, folder: Path) -> None:
    """One turn of one reader, in a process of its own; ends by itself."""
    import atheris

    target, _ = TARGETS[name]
    begun, inputs = time.process_time(), 0

    def note() -> None:
        (folder / f"turn-{name}.json").write_text(
            json.dumps({"seconds": time.process_time() - begun, "inputs": inputs})
        )

    def once(data: bytes) -> None:
        nonlocal inputs
        before = time.process_time()
        try:
            target(data)
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            own = [f for f in traceback.extract_tb(error.__traceback__) if "cstolib" in f.filename]
            kind = f"{type(error).__name__} {Path(last.filename).name} {last.name} {own[-1].lineno}"
            keep_finding(folder, name, data, kind, traceback.format_exc())
        took = time.process_time() - before
        if took > SLOW:
            keep_finding(folder, name, data, "slow", f"{took:.1f} s of CPU")
        inputs += 1
        if inputs % 200 == 0 or took > 1:
            note()
        if time.process_time() - begun > TURN:
            note()
            os._exit(0)

    corpus = folder / name
    atheris.Setup(
        [
            "fuzz",
            f"-max_len={LONGEST}",
            "-timeout=120",
            f"-rss_limit_mb={MEMORY}",
            "-verbosity=0",
            "-len_control=50",
            f"-artifact_prefix={folder}/findings/{name}-",
            str(corpus),
        ],
        once,
    )
    atheris.Fuzz()


def take_turn(name: str, folder: Path) -> None:
    """Fork a process that fuzzes, wait for it, and add up what it did."""
    turn = folder / f"turn-{name}.json"
    turn.unlink(missing_ok=True)
    child = os.fork()
    if not child:
        log = os.open(folder / f"log-{name}.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        fuzz(name, folder)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    spent = load_spent(folder)
    sums = spent.setdefault(name, {"seconds": 0, "inputs": 0, "crashes": 0})
    done = json.loads(turn.read_text()) if turn.exists() else {}
    for key, value in (done | {"crashes": int(status != 0)}).items():
        sums[key] += value
    (folder / "spent.json").write_text(json.dumps(spent, indent=1))


def fuzz_all(waiting: list[str], minutes: float, folder: Path) -> None:
    """Turns of all readers, until each has had its minutes."""
    prepare(waiting)
    (folder / "findings").mkdir(parents=True, exist_ok=True)
    for name in waiting:
        (folder / name).mkdir(exist_ok=True)
        for number, seed in enumerate(TARGETS[name][1]):
            (folder / name / f"seed-{number}").write_bytes(seed)
    while waiting:
        for name in waiting:
            take_turn(name, folder)
        spent = load_spent(folder)
        waiting = [name for name in waiting if spent[name]["seconds"] < minutes * 60]


def write_spent(folder: Path) -> None:
    """Put what was spent on each reader so far into docs/security.md."""
    root = Path(__file__).parents[1]
    sys.path.insert(0, str(root))
    from benchmarks import write_table

    lines = [
        "| reader | CPU minutes | inputs | ends of the process |",
        "| --- | ---: | ---: | ---: |",
    ]
    spent = load_spent(folder)
    for name in TARGETS:
        did = spent.get(name, {"seconds": 0, "inputs": 0, "crashes": 0})
        row = f"{did['seconds'] / 60:.1f} | {did['inputs']:,} | {did['crashes']}"
        lines.append(f"| {name} | {row} |")
    write_table(root / "docs" / "security.md", "\n".join(lines))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("readers", nargs="*", default=[])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    if given.minutes:
        fuzz_all(given.readers or list(TARGETS), given.minutes, given.folder)
    write_spent(given.folder)


if __name__ == "__main__":
    main()
