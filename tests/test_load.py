"""read_articles: what each type of file gives, and what happens to those that give nothing."""

import io
import json
import os
import warnings
from pathlib import Path

import pandas as pd
import pytest

from cstolib.load import CorpusError, CorpusWarning, read_articles
from cstolib.tables import check_articles

STORY = "The council met on Monday and agreed on nothing.\n\nIt will meet again in May."


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def warned(source: Path) -> tuple[pd.DataFrame, list[str]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        articles = read_articles(source)
    return articles, [str(w.message) for w in caught if w.category is CorpusWarning]


def test_a_text_is_read_as_it_stands(tmp_path):
    write(tmp_path, "a.txt", "\r\n " + STORY.replace("\n", "\r\n"))
    articles = check_articles(read_articles(tmp_path))
    assert articles["raw"][0] == "\r\n " + STORY.replace("\n", "\r\n")
    assert articles["path"][0] == "a.txt"
    assert articles["encoding"][0] == "utf-8"
    assert articles["date_basis"][0] == "none"


def test_a_file_a_folder_and_a_list_give_the_same_rows_in_any_order(tmp_path):
    a, b = write(tmp_path, "a.txt", STORY), write(tmp_path, "b.txt", STORY + " And in June.")
    folder = read_articles(tmp_path)
    assert list(folder["path"]) == ["a.txt", "b.txt"]
    pd.testing.assert_frame_equal(read_articles([b, a]), folder)
    pd.testing.assert_frame_equal(read_articles([tmp_path, a]), folder)
    pd.testing.assert_frame_equal(read_articles(str(a)), folder.iloc[:1])


def test_two_files_with_the_same_text_are_two_articles(tmp_path):
    write(tmp_path, "a.txt", STORY)
    write(tmp_path, "sub/a.txt", STORY)
    articles = read_articles(tmp_path)
    assert list(articles["path"]) == ["a.txt", "sub/a.txt"]
    assert articles["article_id"].is_unique


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Søren said: the café “owners” left.".encode("cp1252"), "cp1252"),
        (("The owners left in May. " * 99 + "It’s over.").encode("cp1252"), "cp1252"),
        ("Президент сказал, что союз не придёт на помощь.".encode("cp1251"), "cp1251"),
        ("Президент сказал, что союз не придёт на помощь.".encode("koi8-r"), "koi8-r"),
        ("El señor habló en el café.".encode("utf-16"), "utf-16"),
        ("El señor habló en el café.".encode("utf-8-sig"), "utf-8-sig"),
        ("Қазақстан мен Армения".encode(), "utf-8"),
    ],
)
def test_an_encoding_is_found(tmp_path, data, encoding):
    write(tmp_path, "a.txt", data)
    article = read_articles(tmp_path).iloc[0]
    assert article["encoding"] == encoding
    assert article["raw"] == data.decode(encoding)


def test_one_bad_byte_does_not_change_the_encoding(tmp_path):
    write(tmp_path, "a.txt", ("Ереван – Москва. " * 200).encode() + b"\xff")
    article = read_articles(tmp_path).iloc[0]
    assert article["encoding"] == "utf-8 (damaged)"
    assert article["raw"].startswith("Ереван – Москва.")


def test_common_column_names_are_known(tmp_path):
    rows = pd.DataFrame(
        {
            "Headline": ["One", "Two"],
            "content": [STORY, STORY + " Twice."],
            "authors": ["A. One", ""],
            "publication": ["The Post", "The Post"],
            "published_at": ["2022-03-01T10:00:00Z", ""],
            "link": ["https://post.example/1", ""],
        }
    )
    rows.to_csv(tmp_path / "a.csv", index=False)
    rows.rename(columns={"content": "text"}).to_parquet(tmp_path / "b.parquet")
    lines = [json.dumps(row) for row in rows.to_dict("records")]
    write(tmp_path, "c.jsonl", "\n".join(lines))
    articles = read_articles(tmp_path)
    assert len(articles) == 6
    assert list(articles["title"]) == ["One", "Two"] * 3
    assert list(articles["outlet"]) == ["The Post"] * 6
    assert articles["date"].notna().tolist() == [True, False] * 3
    assert articles["date_basis"].tolist() == ["file", "none"] * 3
    assert articles["raw"][0] == STORY
    assert articles["article_id"].is_unique


def test_a_list_of_authors_is_joined(tmp_path):
    write(tmp_path, "a.json", json.dumps([{"text": STORY, "author": ["Ann Lee", "Bo Ray"]}]))
    assert read_articles(tmp_path)["author"][0] == "Ann Lee; Bo Ray"


def test_ids_of_a_table_are_kept_and_twins_named(tmp_path):
    path = write(tmp_path, "a.csv", 'id,text\n007,"One, two"\n8,Three\n')
    assert list(read_articles(path)["article_id"]) == ["007", "8"]
    path = write(tmp_path, "a.csv", "id,text\n7,One\n7,Two\n")
    with pytest.raises(CorpusError, match="7 stands more than once"):
        read_articles(path)


def test_markdown_gives_its_front_matter(tmp_path):
    text = f"---\ntitle: Of councils\ndate: 2022-05-01\nauthor: Ann Lee\n---\n\n{STORY}\n"
    write(tmp_path, "a.md", text)
    article = read_articles(tmp_path).iloc[0]
    assert article["raw"] == text
    assert (article["title"], article["author"]) == ("Of councils", "Ann Lee")
    assert article["date"] == pd.Timestamp("2022-05-01")


def test_a_page_is_read_as_it_is_seen(tmp_path):
    page = f"""<html><head><title>Of councils - The Post</title>
    <meta property="og:site_name" content="The Post"><script>var x = "hidden";</script></head>
    <body><nav><a href="/">Home</a><a href="/w">World</a></nav><h1>Of councils</h1>
    <p>{STORY.split(chr(10))[0]} <a href="x">They</a> were six &amp; angry.</p>
    <table><tr><td>Belarus</td><td>No</td></tr></table></body></html>"""
    write(tmp_path, "a.html", page)
    article = read_articles(tmp_path).iloc[0]
    lines = article["raw"].split("\n")
    assert "The council met on Monday and agreed on nothing. They were six & angry." in lines
    assert "Belarus No" in lines
    assert "hidden" not in article["raw"]
    assert article["outlet"] == "The Post"


def docx(paragraphs: list[str]) -> bytes:
    from docx import Document

    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_a_word_file_is_read(tmp_path):
    write(tmp_path, "a.docx", docx(["Of councils", STORY]))
    article = read_articles(tmp_path).iloc[0]
    assert article["raw"].startswith("Of councils\nThe council met on Monday")
    assert article["encoding"] == "docx"


def test_an_archive_in_a_word_file_is_split(tmp_path):
    def part(number: int) -> list[str]:
        head = [f"Headline number {number}", "The Post", f"March {number}, 2022 Tuesday"]
        return [*head, "Length: 200 words", "Byline: Ann Lee", "Body", STORY, "End of Document"]

    write(tmp_path, "a.docx", docx(part(1) + part(2)))
    articles = read_articles(tmp_path)
    assert list(articles["title"]) == ["Headline number 1", "Headline number 2"]
    assert list(articles["outlet"]) == ["The Post"] * 2
    assert list(articles["author"]) == ["Ann Lee"] * 2
    assert list(articles["date"]) == [pd.Timestamp("2022-03-01"), pd.Timestamp("2022-03-02")]
    assert articles["article_id"].is_unique


PRINTED = """
#set page(width: 12cm, height: 7cm, header: [The Lantern #h(1fr) 12 May 2022],
  footer: context align(center)[Page #counter(page).display()])
#set text(size: 10pt, hyphenate: true, lang: "en")
#set par(justify: true)
= Ministers leave the table early

By Anna Writer

"""
SAID = [
    "Representatives of neighbouring governments unanimously acknowledged that, international "
    "responsibilities notwithstanding, peacekeeping contingents would discontinue all manoeuvres "
    "by Friday.",
    "Humanitarian transportation through the mountainous districts, interrupted since the "
    "extraordinary consultations, will recommence under supervision of interministerial "
    "commissions.",
    "Correspondents accompanying the delegations described uncharacteristically straightforward "
    "recommendations, and considerable embarrassment among administrators of the secretariat who "
    "had left.",
    "Parliamentarians nevertheless congratulated themselves.",
]


def test_a_printed_pdf_is_read_as_its_paragraphs(tmp_path):
    import typst

    source = tmp_path / "page.typ"
    source.write_text(PRINTED + "\n\n".join(SAID))
    folder = tmp_path / "corpus"
    folder.mkdir()
    typst.compile(source, output=folder / "page.pdf")
    lines = read_articles(folder)["raw"][0].split("\n")
    assert lines == ["Ministers leave the table early", "By Anna Writer", *SAID]


def test_lines_of_a_pdf_become_paragraphs_without_running_heads():
    from cstolib.load.documents import _drop_furniture, _join_lines

    lines = [
        "The council met on Monday and agreed on nothing, as coun-",
        "cils do when the chair is empty and the coffee is cold, or",
        "so they say.",
        "It will meet again in May.",
    ]
    other = [
        ["The Post, 3 May", f"{word} goes on here", str(number)]
        for number, word in enumerate(("Nothing", "Everything", "Something"), start=2)
    ]
    kept = _drop_furniture([["The Post, 3 May", *lines, "1"], *other])
    assert kept == [
        lines,
        ["Nothing goes on here"],
        ["Everything goes on here"],
        ["Something goes on here"],
    ]
    joined = _join_lines(kept[0]).split("\n")
    assert joined[0].startswith("The council met") and joined[0].endswith("so they say.")
    assert "as councils do" in joined[0]
    assert joined[1] == "It will meet again in May."


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t\n ", "empty"),
        ("a.txt", bytes(range(256)) * 20, "binary"),
        ("a.xyz", b"text", "not read"),
        ("a.csv", b"a,b\n1,2\n", "no column"),
        ("a.jsonl", b"nothing\nof the kind", "no JSON object"),
        ("a.json", b"[" * 50_000, "no JSON object"),
        ("a.parquet", b"PAR1", "not a parquet"),
        ("a.docx", b"PK\x03\x04", "docx"),
        ("a.pdf", b"%PDF-1.4 broken", "cannot be read"),
        ("a.html", b"<html><body></body></html>", "no text"),
    ],
)
def test_a_file_that_gives_nothing_is_named_and_the_rest_goes_on(tmp_path, name, data, says):
    write(tmp_path, name, data)
    write(tmp_path, "good.txt", STORY)
    articles, messages = warned(tmp_path)
    assert list(articles["path"]) == ["good.txt"]
    assert len(messages) == 1
    assert name in messages[0] and says in messages[0]
    with pytest.raises(CorpusError, match=says):
        read_articles(tmp_path, strict=True)


def test_a_broken_line_is_named_and_the_others_are_read(tmp_path):
    write(tmp_path, "a.jsonl", json.dumps({"text": STORY}) + "\n{broken\n")
    articles, messages = warned(tmp_path)
    assert len(articles) == 1
    assert "lines 2" in messages[0]


def test_a_lone_surrogate_keeps_its_place(tmp_path):
    write(tmp_path, "a.jsonl", '{"text": "One \\ud800 two"}')
    assert read_articles(tmp_path)["raw"][0] == "One \ufffd two"


def test_a_link_out_of_the_corpus_is_not_followed(tmp_path):
    outside = write(tmp_path, "outside.txt", "A secret that stands elsewhere.")
    inside = tmp_path / "corpus"
    write(inside, "good.txt", STORY)
    (inside / "link.txt").symlink_to(outside)
    (inside / "loop").symlink_to(inside)
    articles, messages = warned(inside)
    assert list(articles["path"]) == ["good.txt"]
    assert "leads out of the corpus" in messages[0]


def test_a_pipe_does_not_hang(tmp_path):
    write(tmp_path, "good.txt", STORY)
    os.mkfifo(tmp_path / "pipe.txt")
    articles, messages = warned(tmp_path)
    assert len(articles) == 1 and "no plain file" in messages[0]


def test_a_corpus_without_articles_says_what_to_do(tmp_path):
    with pytest.raises(CorpusError, match="does not exist"):
        read_articles(tmp_path / "missing")
    with pytest.raises(CorpusError, match="the empty path does not exist"):
        read_articles("")
    with pytest.raises(CorpusError, match="no article could be read"):
        read_articles(tmp_path)
    write(tmp_path, "README.md", "About this corpus.")
    with pytest.raises(CorpusError, match="no article could be read"):
        read_articles(tmp_path)
