"""A codebook is for editing: what it may hold, and what is said when it is wrong."""

import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cstolib as cs
from cstolib.codebook.patterns import Matcher, PatternError, parse_pattern, split_words

SMALL = """
codebook: two towns
principal: Ostrava
war_start: 2020-01-01
actors:
  Ostrava: {names: [Ostrava], only: []}
  Lisec: {names: [Lisec], demonyms: [Lisecan], leaders: [Mayor Dorn]}
  Brod: {names: [Brod]}
groups:
  towns: {words: [the towns], members: [Lisec, Brod]}
words:
  bridges: [bridge, crossing]
issues:
  bridge:
    question: the bridge
    war: true
    things:
      - words: [the <bridges>]
        acts: [backing, blaming]
"""


def write(tmp_path, text):
    path = tmp_path / "codebook.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_load_codebook_has_the_actors_and_issues_of_the_csto():
    book = cs.load_codebook()
    assert list(book.actors) == sorted(book.actors)
    assert len(book.actors) == 9
    assert book.principal == "Russia"
    assert book.war_issues == ["invasion", "troops", "basing", "recognition", "sanctions"]
    assert list(book.issues) == [*book.war_issues, "csto", "russia"]


def test_load_codebook_reads_another_one(tmp_path):
    book = cs.load_codebook(write(tmp_path, SMALL))
    assert list(book.actors) == ["Ostrava", "Lisec", "Brod"]
    assert book.language.acts["refusing"].sign == -1, "English comes with the library"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("principal: Ostrava", "principal: Ostrawa", 3, "Ostrawa"),
        ("question: the bridge", "questoin: the bridge", 15, "allowed are question"),
        ("members: [Lisec, Brod]", "members: [Lisec, Prod]", 10, "'Prod' is no actor"),
        ("acts: [backing, blaming]", "acts: [backing, blamming]", 19, "there are refusing"),
        ("the <bridges>", "the <brigdes>", 18, "it has bridges"),
        ("the <bridges>", "(the <bridges>", 18, "bracket"),
        ("the <bridges>", "the .*+ bridge", 18, "no word"),
        ("Brod: {names: [Brod]}", "Lisec: {names: [Brod]}", 8, "there twice"),
        ("war: true", "war: perhaps", 16, "bool"),
        ("war_start: 2020-01-01", "", 16, "needs war_start"),
        ("names: [Ostrava]", "names: []", 6, "at least 1"),
        ("codebook: two towns", "codebook: [two", 3, ""),
    ],
)
def test_load_codebook_names_the_line_and_what_is_allowed(tmp_path, old, new, line, says):
    assert old in SMALL
    with pytest.raises(cs.CodebookError, match=r"codebook\.yml, line") as error:
        cs.load_codebook(write(tmp_path, SMALL.replace(old, new, 1)))
    assert error.value.line == line
    assert says in str(error.value)


def test_load_codebook_says_what_file_is_missing(tmp_path):
    with pytest.raises(cs.CodebookError, match=r"nowhere\.yml: cannot be read"):
        cs.load_codebook(tmp_path / "nowhere.yml")
    with pytest.raises(cs.CodebookError, match="must be a mapping"):
        cs.load_codebook(write(tmp_path, "just a line"))


def test_load_codebook_runs_no_code_of_the_file(tmp_path):
    text = SMALL + "\nabout: !!python/object/apply:os.getcwd []\n"
    with pytest.raises(cs.CodebookError, match="could not determine a constructor"):
        cs.load_codebook(write(tmp_path, text))


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("send* troops", "It sends troops.", "sends troops"),
        ("send* troops", "It sent troops.", None),
        ("send .. troops", "They send their own best troops.", "send their own best troops"),
        ("send .. troops", "They send their own very best troops.", None),
        ("send .. troops", "They send; the troops stay.", None),
        ("voted (for|against) it", "Minsk voted against it.", "voted against it"),
        ("for|against the? war", "He is for war.", "for war"),
        ("vote (yes|in favour)", "They vote in favour.", "vote in favour"),
        ("Georgia", "georgia is a typeface", None),
        ("georgia", "GEORGIA votes", "GEORGIA"),
        ("re-export*", "a re-exporting firm", "re-exporting"),
        ("Russia 's allies", "Russia’s allies meet", "Russia’s allies"),
        ("not", "He didn't go", None),
        ("didn't", "He didn’t go", "didn’t"),
    ],
)
def test_pattern_matches(pattern, text, found):
    words = split_words(text)
    hits = Matcher([("x", pattern)]).find(words)
    got = text[words.start[hits[0].start] : words.end[hits[0].end - 1]] if hits else None
    assert got == found


@pytest.mark.parametrize(
    "source", ["", ".. war", "war ..", "the?", "(a|b", "a||b", "wa*r", "[a-z]+"]
)
def test_pattern_that_cannot_be_read_is_refused(source):
    with pytest.raises(PatternError):
        parse_pattern(source)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab .|()?*<>'-", max_size=24))
def test_pattern_is_read_or_refused_and_never_slow(source):
    try:
        matcher = Matcher([("x", source)])
    except PatternError:
        return
    start = time.process_time()
    matcher.find(split_words("a b ab ba aa " * 400))
    assert time.process_time() - start < 1


def test_second_codebook_codes_with_the_same_rules(root):
    book = cs.load_codebook(root / "studies" / "gaza-arab-league.codebook.yml")
    texts = {
        "a": "Algeria voted for the resolution. Jordan recalled its ambassador to Israel.",
        "b": "The Gulf states abstained, and Morocco kept its ties with Israel.",
        "c": "Students in Tunis condemned the bombing of Gaza. Would Egypt let aid into Gaza?",
        "d": "Cairo refused to cut ties with Israel, but let aid convoys into Gaza.",
    }
    rows = [
        {
            "article_id": key,
            "sentence": n,
            "start": 0,
            "end": len(part),
            "text": part,
            "kind": "body",
        }
        for key, text in texts.items()
        for n, part in enumerate(text.replace("? ", "?|").replace(". ", ".|").split("|"))
    ]
    sentences = pd.DataFrame(rows)
    coded = cs.code_stance(sentences, cs.find_mentions(sentences, codebook=book), codebook=book)
    got = {
        (r.article_id, r.actor, r.issue, int(r.alignment)) for r in coded.itertuples(index=False)
    }
    assert ("a", "Algeria", "ceasefire", 1) in got
    assert ("a", "Jordan", "ties", 1) in got
    assert ("b", "Morocco", "ties", -1) in got
    assert ("d", "Egypt", "ties", -1) in got
    assert not {g for g in got if g[0] == "c"}, "students are no state, and a question no statement"
