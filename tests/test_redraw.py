"""One figure of a finished run, drawn again."""

import json
from pathlib import Path

import pandas as pd
import pytest

from cstolib import figures
from cstolib.study.redraw import FigureError, redraw_figure
from cstolib.tables import make_table


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """What a run leaves, as far as F6 and F8 need it."""
    folder = tmp_path / "reports" / "study"
    (folder / "tables").mkdir(parents=True)
    (folder / "figures").mkdir()
    statements = make_table(
        "statements",
        [
            {
                "article_id": "a",
                "actor": "Belarus",
                "issue": "basing",
                "alignment": 1,
                "voice": voice,
                "confidence": confidence,
            }
            for voice, confidence in (("author", 0.9), ("official", 0.9), ("expert", 0.1))
        ],
    )
    positions = make_table(
        "positions", {"actor": ["Belarus"], "issue": ["basing"], "n": [2], "alignment": [1.0]}
    )
    statements.to_parquet(folder / "tables" / "statements.parquet")
    positions.to_parquet(folder / "tables" / "positions.parquet")
    card = {"codebook": "default", "notebooks": {"stance": {"parameters": {"min_confidence": 0.5}}}}
    (folder / "run.json").write_text(json.dumps(card))
    figures.save_figure(
        figures.plot_stance(positions, statements[statements["confidence"] >= 0.5]),
        folder / "figures",
        "F6-stance",
        data=positions,
        caption="Two statements.",
    )
    return folder


def test_redrawing_at_the_same_size_gives_the_same_bytes(results: Path, tmp_path: Path) -> None:
    for path in redraw_figure(results, "F6-stance", out=tmp_path / "again"):
        assert path.read_bytes() == (results / "figures" / path.name).read_bytes(), path.name


def test_redrawing_at_another_size_and_format(results: Path, tmp_path: Path) -> None:
    paths = redraw_figure(results, "f6", size="slide", formats=("svg",), out=tmp_path / "slides")
    assert [path.name for path in paths] == ["F6-stance.svg", "F6-stance.csv", "F6-stance.json"]
    assert json.loads(paths[-1].read_text())["caption"] == "Two statements."


def test_only_the_statements_that_the_run_used_are_drawn(results: Path, tmp_path: Path) -> None:
    paths = redraw_figure(results, "F8", out=tmp_path, formats=("svg",))
    assert "expert" not in json.loads(paths[-1].read_text())["alt"]
    assert len(pd.read_csv(paths[1])) == 2, "the data are what is drawn"


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("F4", {}, "name must be one of F1, F2, F3, F5, .*, got 'F4'"),
        ("F1", {}, "has no table passages; it has positions, statements"),
        ("F6", {"size": "poster"}, "size must be one of page, slide, web, got 'poster'"),
        ("F6", {"formats": ("gif",)}, "format must be one of png, svg, pdf, got gif"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    results: Path, tmp_path: Path, name: str, options: dict, message: str
) -> None:
    with pytest.raises(FigureError, match=message):
        redraw_figure(results, name, out=tmp_path, **options)
    with pytest.raises(FigureError, match="holds no run"):
        redraw_figure(tmp_path / "nowhere", "F6")
