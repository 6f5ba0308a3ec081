"""Figures: what they say, that they can be read by everyone, and that they are saved whole."""

import itertools
import json
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

import cstolib as cs
from cstolib import figures
from cstolib.figures import checks, links, sentiment, style, texts
from cstolib.figures.save import escape_formulas
from cstolib.tables import make_table

OUTLETS = (
    "Steppe Post",
    "The Weekly Courier of the Upper Volga and its Tributaries",
    "Արարատ",
    "Волга",
)
MEMBERS = ("Belarus", "Kyrgyzstan", "Tajikistan", "Armenia", "Kazakhstan")
ISSUES = ("invasion", "troops", "basing", "recognition", "sanctions", "csto", "russia")
LEAN = dict(zip(MEMBERS, (0.3, -0.1, -0.1, -0.3, -0.6), strict=True))


def make_articles(n: int = 9) -> pd.DataFrame:
    rows = [
        {
            "article_id": f"a{i}",
            "path": f"file-{i}.txt",
            "outlet": OUTLETS[i % 4],
            "date": pd.Timestamp("2022-03-01") + pd.Timedelta(days=20 * i),
            "raw": "x" * (2000 + 300 * i),
        }
        for i in range(n)
    ]
    return make_table("articles", rows)


def make_passages(articles: pd.DataFrame) -> pd.DataFrame:
    kinds = [
        "nav",
        "title",
        "byline",
        "body",
        "caption",
        "heading",
        "body",
        "embed",
        "repeat",
        "comment",
    ]
    rows = []
    for article in articles.itertuples():
        step = len(str(article.raw)) // len(kinds)
        for i, kind in enumerate(kinds):
            rows.append(
                {
                    "article_id": article.article_id,
                    "passage": i,
                    "start": i * step,
                    "end": (i + 1) * step - 2,
                    "kind": kind,
                    "reason": "made",
                }
            )
    return make_table("passages", rows)


def make_statements(articles: pd.DataFrame, n: int = 120) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    rows = []
    for i in range(n):
        actor, issue = MEMBERS[int(rng.integers(5))], ISSUES[int(rng.integers(7))]
        if (actor, issue) == ("Tajikistan", "basing"):
            continue
        article = articles.iloc[int(rng.integers(len(articles)))]
        rows.append(
            {
                "article_id": article["article_id"],
                "sentence": i,
                "start": i,
                "end": i + 5,
                "quote": "made",
                "actor": actor,
                "issue": issue,
                "alignment": int(np.clip(np.round(rng.normal(LEAN[actor], 0.7)), -1, 1)),
                "voice": ("author", "official", "expert", "other")[int(rng.integers(4))],
                "event_date": article["date"],
                "date_basis": ("stated", "inferred")[i % 2],
            }
        )
    return make_table("statements", rows)


def make_positions(statements: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    groups = statements.groupby(by)["alignment"]
    mean = groups.mean().astype(float)
    table = mean.rename("alignment").reset_index()
    signs = groups.agg(lambda values: bool((values > 0).any() and (values < 0).any()))
    articles = statements.groupby(by)["article_id"].nunique().to_numpy()
    return make_table(
        "positions",
        table.assign(
            n=groups.size().to_numpy(),
            n_articles=articles,
            low=table["alignment"] - 0.2,
            high=table["alignment"] + 0.2,
            conflict=signs.to_numpy(),
        ),
    )


def make_scores(articles: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    rows = [
        {
            "article_id": f"a{int(rng.integers(len(articles)))}",
            "unit": "target",
            "sentence": i,
            "target": MEMBERS[i % 5],
            "voice": ("author", "quoted")[i % 3 == 0],
            "method": ("lexicon", "model")[i % 2],
            "score": float(np.clip(rng.normal(LEAN[MEMBERS[i % 5]], 0.4), -1, 1)),
        }
        for i in range(160)
    ]
    return make_table("scores", rows)


def make_terms() -> pd.DataFrame:
    rows = [
        {
            "term": f"{word}",
            "group": group,
            "count": 40 - i,
            "count_rest": 2 * i,
            "log_ratio": 4.0 - i / 2,
            "g2": 90.0 - 10 * i,
            "p_adjusted": 0.001 if i < 5 else 0.4,
            "low": 3.0 - i / 2,
            "high": 5.0 - i / 2,
            "articles": 4,
            "group_articles": 1 if group == "Արարատ" else 5,
            "own_name": word == "ledger",
        }
        for group in OUTLETS
        for i, word in enumerate(
            ("ledger", "миротворцы", "$x_1$ & <b>", "խաղաղապահ", "a" * 70, "peace", "talk")
        )
    ]
    return make_table("terms", rows)


EVENTS = pd.DataFrame(
    {
        "date": ["2022-03-02", "2022-05-16", "2022-05-18", "2022-06-17"],
        "event": ["A vote at the United Nations", "A summit", "Another, disputed", "A refusal"],
        "verified": ["yes", "yes", "disputed", "yes"],
    }
)
VOTES = pd.DataFrame(
    {
        "actor": [*MEMBERS, "Uzbekistan"],
        "alignment": [0.3, -0.1, -0.1, -0.3, -0.6, np.nan],
        "low": -0.8,
        "high": 0.4,
        "vote_index": [1.0, 0.1, 0.12, -0.1, 0.0, 0.0],
        "n": [9, 8, 8, 7, 9, 0],
        "n_votes": 8,
        "rho": 0.8,
        "p": 0.133,
        "p_smallest": 0.017,
    }
)
AGREEMENT = pd.DataFrame(
    {
        "method": ["rules", "encoder", "lexicon"],
        "reference": ["gold", "gold", "model"],
        "measure": ["F1", "F1", "alpha"],
        "value": [0.86, 0.7, 0.3],
        "low": [0.8, 0.6, np.nan],
        "high": [0.9, 0.8, np.nan],
        "n": [120, 120, 800],
    }
)
SWEEP = pd.DataFrame(
    [
        {
            "conclusion": f"alignment of {member}",
            "setting": f"min_confidence {level}",
            "value": LEAN[member] + level / 10,
            "low": LEAN[member] - 0.2,
            "high": LEAN[member] + 0.2,
            "default": level == 0.5,
        }
        for member in MEMBERS
        for level in (0.3, 0.5, 0.7)
    ]
)
CLAIMS = pd.DataFrame(
    [
        ("How many troops were sent?", "2,500", "Steppe Post, 7 Jan 2022", False),
        ("How many troops were sent?", "2,030", "a source", True),
        ("How many troops were sent?", "3,000", "Волга", False),
        ("Was help asked for?", "yes", "Steppe Post, 7 Jan 2022", False),
        ("Was help asked for?", "no, and it was denied by all of the others", "Արարատ", False),
        ("told once", "1", "Волга", False),
    ],
    columns=["claim", "value", "source", "is_fact"],
)
COVERAGE = pd.DataFrame(
    {
        "actor": [*MEMBERS, "Uzbekistan"],
        "before": [90, 40, 30, 60, 120, 0],
        "after": [60, 20, 20, 30, 70, 0],
        "words_before": 20_000,
        "words_after": 9_000,
    }
)


def draw_all(empty: bool = False, size: str = "page") -> dict[str, figures.Chart]:
    """Every figure, of the tables above or of the same tables without rows."""

    def of(table: pd.DataFrame) -> pd.DataFrame:
        return table.head(0) if empty else table

    articles = make_articles()
    statements = of(make_statements(articles))
    known = make_statements(articles)
    return {
        "F1": figures.plot_provenance(of(make_passages(articles)), articles, size=size),
        "F2": figures.plot_coverage(of(COVERAGE), size=size),
        "F3": figures.plot_keyness(of(make_terms()), size=size),
        "F5": figures.plot_sentiment(of(make_scores(articles)), size=size),
        "F6": figures.plot_stance(
            of(make_positions(known, ["actor", "issue"])), statements, size=size
        ),
        "F7": figures.plot_ranking(of(make_positions(known, ["actor"])), statements, size=size),
        "F8": figures.plot_voices(statements, size=size),
        "F9": figures.plot_network(statements, size=size),
        "F10": figures.plot_timeline(statements, EVENTS, size=size),
        "F11": figures.plot_votes(of(VOTES), size=size),
        "F12": figures.plot_agreement(of(AGREEMENT), size=size),
        "F13": figures.plot_specifications(of(SWEEP), size=size),
        "F14": figures.plot_contradictions(of(CLAIMS), size=size),
    }


@pytest.fixture(scope="module")
def drawn() -> dict[str, figures.Chart]:
    return draw_all()


def texts_of(figure: Figure) -> list[Text]:
    """Every text that is drawn, after a draw."""
    figure.set_dpi(60)
    FigureCanvasAgg(figure)
    with style.look(figure.size):  # type: ignore[attr-defined]
        figure.canvas.draw()
    return [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]


# ---- what they say -------------------------------------------------------------------------------


def test_titles_say_what_is_seen(drawn: dict[str, figures.Chart]) -> None:
    titles = {name: figure.title for name, figure in drawn.items()}
    assert titles["F2"].startswith("Kazakhstan is named most, 7.8 times in 1,000 words")
    assert titles["F7"].startswith("Belarus stands closest to Moscow (+0")
    assert titles["F11"] == "Texts and votes rise together over 5 members (rank correlation +0.80)"
    assert (
        titles["F13"]
        == "5 of 5 conclusions keep their sign under all 3 settings; their order holds too"
    )
    assert titles["F14"].startswith("2 claims are told with different values")
    assert "ledger" not in titles["F3"], "an outlet's own name is no keyword"
    for name, figure in drawn.items():
        said = " ".join(t.get_text() for t in figure.findobj(Text)).replace("\n", " ")
        assert figure.title in said.replace("  ", " "), name
        assert len(figure.alt) >= len(figure.title), name


def test_uncertainty_and_counts_are_shown(drawn: dict[str, figures.Chart]) -> None:
    for name in ("F3", "F5", "F7", "F11", "F12"):
        said = " ".join(t.get_text() for t in drawn[name].findobj(Text))
        assert "interval" in said, name
    for name in ("F2", "F5", "F6", "F7", "F8", "F9", "F10"):
        said = " ".join(t.get_text() for t in drawn[name].findobj(Text))
        assert any(word in said for word in ("statement", "sentence", "mention")), name


def test_overlapping_intervals_are_not_told_as_a_difference() -> None:
    articles = make_articles()
    table = make_positions(make_statements(articles), ["actor"]).assign(low=-1.0, high=1.0)
    assert "intervals overlap" in figures.plot_ranking(table).title


def test_members_with_the_same_mean_share_the_title() -> None:
    table = make_table(
        "positions",
        [
            {"actor": a, "n": 4, "n_articles": 2, "alignment": v, "low": v - 0.1, "high": v + 0.1}
            for a, v in (("Belarus", 0.5), ("Armenia", -0.5), ("Kazakhstan", -0.5))
        ],
    )
    assert figures.plot_ranking(table).title == (
        "Belarus stands closest to Moscow (+0.50), Armenia and Kazakhstan furthest from it (−0.50)"
    )


def test_no_evidence_is_blank_and_zero_is_not() -> None:
    table = make_table(
        "positions",
        [
            {"actor": "Belarus", "issue": "troops", "n": 2, "alignment": 0.0, "conflict": False},
            {"actor": "Armenia", "issue": "csto", "n": 5, "alignment": -1.0, "conflict": True},
        ],
    )
    figure = figures.plot_stance(table)
    discs = [c for c in figure.body.collections if c.get_sizes().size]
    assert len(discs) == 2, "two cells have evidence, two are blank"
    assert "2 of 4 cells without evidence" in " ".join(t.get_text() for t in figure.texts)
    colors = {tuple(np.round(c.get_facecolor()[0][:3], 2)) for c in discs}
    assert (1.0, 1.0, 1.0) not in colors, "zero has a colour of its own"
    assert sum(bool(c.get_hatch()) for c in discs) == 1, "the conflict is hatched"
    assert discs[0].get_sizes()[0] != discs[1].get_sizes()[0]


def test_an_unknown_conflict_is_not_hatched() -> None:
    table = make_table(
        "positions", {"actor": ["Belarus"], "issue": ["troops"], "n": [1], "alignment": [1.0]}
    )
    (disc,) = figures.plot_stance(table).body.collections
    assert not disc.get_hatch()


def test_empty_tables_give_honest_empty_charts() -> None:
    for name, figure in draw_all(empty=True).items():
        said = " ".join(t.get_text() for t in figure.findobj(Text))
        assert "no evidence" in said, name
        assert figure.title, name


def test_a_missing_column_is_named() -> None:
    with pytest.raises(cs.TableError, match="the votes table lacks vote_index"):
        figures.plot_votes(VOTES.drop(columns="vote_index"))
    with pytest.raises(ValueError, match="size must be one of page, slide, web, got 'poster'"):
        figures.plot_votes(VOTES, size="poster")


# ---- that they can be read -----------------------------------------------------------------------


@pytest.mark.parametrize("size", ["page", "slide", "web"])
def test_nothing_is_cut_at_any_size(size: str) -> None:
    for name, figure in draw_all(size=size).items():
        width, height = figure.bbox.width, figure.bbox.height
        for text in texts_of(figure):
            box = text.get_window_extent()
            if not np.isfinite(box.extents).all():
                continue
            where = f"{name} {size}: {text.get_text()!r}"
            assert box.x0 >= -2 and box.x1 <= width + 2, where
            assert box.y0 >= -2 and box.y1 <= height + 2, where


def test_labels_do_not_run_into_each_other(drawn: dict[str, figures.Chart]) -> None:
    for name, figure in drawn.items():
        boxes = [(t.get_text(), t.get_window_extent()) for t in texts_of(figure)]
        for (one, a), (other, b) in itertools.combinations(boxes, 2):
            over_x = min(a.x1, b.x1) - max(a.x0, b.x0)
            over_y = min(a.y1, b.y1) - max(a.y0, b.y0)
            assert not (over_x > 2 and over_y > 2), f"{name}: {one!r} and {other!r}"


def test_every_script_has_glyphs(drawn: dict[str, figures.Chart]) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing")
        for figure in drawn.values():
            texts_of(figure)


def test_markup_in_a_text_is_text() -> None:
    said = [t.get_text() for t in texts_of(figures.plot_keyness(make_terms()))]
    assert "$x_1$ & <b>" in said
    assert style.plain("a\x00b\n c\u200d") == "a b c"
    assert style.plain(pd.NA) == style.plain(None) == "–"


def test_wrapping_loses_no_letter() -> None:
    text = "Organisation " + "x" * 90 + " of the treaty"
    for inches in (0.5, 1.0, 2.0):
        lines = style.wrap(text, inches, 9)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(style.text_width(line, 9) <= inches for line in lines)


@pytest.mark.parametrize(
    ("value", "said"), [(0.004, "0.00"), (-0.004, "0.00"), (-0.43, "−0.43"), (1, "+1.00")]
)
def test_signed(value: float, said: str) -> None:
    assert style.signed(value) == said


# Machado, Oliveira and Fernandes 2009, severity 1, on linear light.
BLINDNESS = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
    "none": np.eye(3).tolist(),
}


def to_lab(color: str, kind: str) -> np.ndarray:
    """The colour as somebody with this kind of colour blindness sees it, in CIE L*a*b*."""
    rgb = np.array(to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(BLINDNESS[kind]) @ linear, 0, 1)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ seen / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


PALETTES = {
    "passages": [mark.color for _, mark in texts.GROUPS.values()],
    "voices of statements": [mark.color for mark in links.VOICES.values()],
    "voices of scores": [mark.color for mark in sentiment.VOICES.values()],
    "methods": [checks.BLUE, checks.VERMILION],
    "alignment": [style.alignment_color(v) for v in (-1, -0.5, 0, 0.5, 1)],
}


@pytest.mark.parametrize("kind", list(BLINDNESS))
@pytest.mark.parametrize("palette", list(PALETTES))
def test_colours_stay_apart_for_the_colour_blind(kind: str, palette: str) -> None:
    for one, other in itertools.combinations(PALETTES[palette], 2):
        distance = np.linalg.norm(to_lab(one, kind) - to_lab(other, kind))
        assert distance > 14, f"{one} and {other} under {kind}: {distance:.1f}"


def test_marks_stay_apart_in_grey() -> None:
    def lightness(color: str) -> float:
        return float(to_lab(color, "none")[0])

    marks = [mark for _, mark in texts.GROUPS.values()]
    for group in (marks, list(links.VOICES.values()), list(sentiment.VOICES.values())):
        for one, other in itertools.combinations(group, 2):
            same = (one.hatch, one.marker, one.filled) == (other.hatch, other.marker, other.filled)
            apart = abs(lightness(one.color) - lightness(other.color)) > 8
            assert apart or not same, f"{one.label} and {other.label}"


# ---- how they are saved --------------------------------------------------------------------------


@pytest.fixture
def chart() -> Callable[[], figures.Chart]:
    return lambda: figures.plot_votes(VOTES)


def test_save_figure_writes_all_and_the_same_bytes_again(
    chart: Callable[[], figures.Chart], tmp_path: Path
) -> None:
    for folder in ("one", "two"):
        paths = figures.save_figure(
            chart(), tmp_path / folder, "F11-votes", data=VOTES, caption="Five members."
        )
    assert [path.name for path in paths] == [
        f"F11-votes.{kind}" for kind in ("png", "svg", "pdf", "csv", "json")
    ]
    assert sorted(p.name for p in (tmp_path / "two").iterdir()) == sorted(p.name for p in paths)
    for path in paths:
        assert path.read_bytes() == (tmp_path / "one" / path.name).read_bytes(), path.name
    words = json.loads(paths[-1].read_text(encoding="utf-8"))
    assert list(words) == ["name", "title", "caption", "alt"]
    assert words["title"] == chart().title and "Belarus: votes +1.00" in words["alt"]


def test_saving_twice_from_one_figure_changes_nothing(
    chart: Callable[[], figures.Chart], tmp_path: Path
) -> None:
    figure = chart()
    first = [p.read_bytes() for p in figures.save_figure(figure, tmp_path, "F11", data=VOTES)]
    again = [p.read_bytes() for p in figures.save_figure(figure, tmp_path, "F11", data=VOTES)]
    assert first == again


def test_sizes_and_resolution(chart: Callable[[], figures.Chart], tmp_path: Path) -> None:
    from PIL import Image

    for size, width in (("page", 6.3), ("slide", 13.333), ("web", 9.0)):
        figures.save_figure(chart(), tmp_path, size, data=VOTES, size=size, formats=("png",))
        with Image.open(tmp_path / f"{size}.png") as picture:
            assert picture.width == pytest.approx(width * 300, abs=2)
            assert round(picture.info["dpi"][0]) == 300


def test_csv_runs_no_formula(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"term": ["=1+1", "+x", "-x", "@x", "a=b", None], "=n": [-1.5, 2, 3, 4, 5, 6]}
    )
    safe = escape_formulas(table)
    assert list(safe["term"][:5]) == ["'=1+1", "'+x", "'-x", "'@x", "a=b"]
    assert list(safe.columns) == ["term", "'=n"] and safe["'=n"].iloc[0] == -1.5
    path = figures.write_csv(table, tmp_path / "t.csv")
    assert path.read_text(encoding="utf-8").splitlines()[1] == "'=1+1,-1.5"


def test_a_failed_save_leaves_nothing(
    chart: Callable[[], figures.Chart], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = chart()
    monkeypatch.setattr(figure, "savefig", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        figures.save_figure(figure, tmp_path, "F11", data=VOTES)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="name must be letters, digits, dots and hyphens"):
        figures.save_figure(figure, tmp_path, "../F11", data=VOTES)
    with pytest.raises(ValueError, match="formats must be among png, svg, pdf, got"):
        figures.save_figure(figure, tmp_path, "F11", data=VOTES, formats=("gif",))


def test_rows_in_another_order_draw_the_same_picture(tmp_path: Path) -> None:
    shuffled = make_terms().sample(frac=1, random_state=2)
    for name, terms in (("one", make_terms()), ("two", shuffled)):
        figures.save_figure(
            figures.plot_keyness(terms), tmp_path, name, data=terms, formats=("svg",)
        )
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_a_chart_shows_itself_in_a_notebook(chart: Callable[[], figures.Chart]) -> None:
    assert chart()._repr_png_().startswith(b"\x89PNG")


def test_no_figure_touches_pyplot() -> None:
    for path in Path(figures.__file__).parent.glob("*.py"):
        assert "import matplotlib.pyplot" not in path.read_text(encoding="utf-8"), path.name
