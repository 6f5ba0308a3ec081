"""F5: how warm or cold texts are toward each actor, in whose voice."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ..tables import accept_table
from .sheet import (
    Chart,
    Mark,
    at_any_size,
    beside,
    draw_interval,
    draw_mark,
    empty_chart,
    label_rows,
    note_rest,
    open_sheet,
)
from .style import BLUE, MUTED, RULE, SIZES, VERMILION, count_of, plain, signed, tick

FIRM = 10  # a mean over fewer sentences is not compared where others have more
VOICES = {
    "author": Mark("the article's own voice", BLUE, marker="o"),
    "quoted": Mark("quoted voices", VERMILION, marker="s", filled=False),
}


def bootstrap_mean(
    values: Sequence[float], clusters: Sequence[Any], *, draws: int = 2000, seed: int = 0
) -> tuple[float, float, float]:
    """Mean with the ends of its 95 % percentile interval, whole clusters drawn with replacement.

    Both ends are missing where there is one cluster: nothing can be said of how it would vary.
    """
    x = np.asarray(values, dtype=float)
    names, code = np.unique(np.asarray(clusters, dtype=str), return_inverse=True)
    if not len(x):
        return np.nan, np.nan, np.nan
    if len(names) < 2:
        return float(x.mean()), np.nan, np.nan
    sums, sizes = np.bincount(code, weights=x), np.bincount(code)
    drawn = np.random.default_rng(seed).integers(0, len(names), (draws, len(names)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(x.mean()), float(low), float(high)


def summarise_scores(scores: pd.DataFrame) -> pd.DataFrame:
    """Mean score by method, target and voice: n, n_articles, score, low, high.

    Methods stand in the order in which `scores` has them: first the one that a study rests on.
    The interval is a percentile bootstrap over articles (2,000 draws, fixed seed); it is missing
    where one article is all there is. Missing scores count nowhere.
    """
    needed = ["article_id", "unit", "target", "voice", "method", "score"]
    scores = accept_table(scores, "scores", needed)
    unit = "target" if (scores["unit"] == "target").any() else "article"
    known = scores[(scores["unit"] == unit) & scores["score"].notna() & scores["target"].notna()]
    rows = []
    for (method, target, voice), part in known.groupby(["method", "target", "voice"], sort=True):
        mean, low, high = bootstrap_mean(part["score"].tolist(), part["article_id"].tolist())
        sizes = (len(part), part["article_id"].nunique())
        rows.append((method, target, voice, *sizes, mean, low, high))
    methods = known["method"].unique().tolist()
    rows.sort(key=lambda row: methods.index(row[0]))
    columns = ["method", "target", "voice", "n", "n_articles", "score", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def _sentiment_title(means: pd.DataFrame) -> str:
    """What the author's voice (else the quoted one) says, and whether the ends are apart."""
    voice = "author" if (means["voice"] == "author").any() else "quoted"
    method = means["method"].iloc[0]
    mine = means[(means["voice"] == voice) & (means["method"] == method)]
    firm = mine[mine["n"] >= FIRM]
    mine = firm if len(firm) > 1 else mine
    mine = mine.sort_values(["score", "target"], ascending=[False, True])
    who = "Authors write" if voice == "author" else "Quoted voices speak"
    first, last = mine.iloc[0], mine.iloc[-1]
    if len(mine) == 1:
        return f"{who} of {plain(first['target'])} at {signed(first['score'])}"
    title = (
        f"{who} most warmly of {plain(first['target'])} ({signed(first['score'])}), most coldly of "
        f"{plain(last['target'])} ({signed(last['score'])}), by {plain(method)}"
    )
    if not first["low"] > last["high"]:
        title += "; the intervals overlap or are not known"
    return title


@at_any_size
def plot_sentiment(scores: pd.DataFrame, *, size: str = "page") -> Chart:
    """F5: mean score toward each actor with its interval, the author's voice beside quoted voices.

    scores: the table that score_sentiment returned, with rows of unit target. Several methods stand
    side by side.
    """
    paper, means = SIZES[size], summarise_scores(scores)
    if means.empty:
        why = "no sentence about an actor was scored"
        return empty_chart(paper, title="No sentiment toward any actor", why=why)
    methods = means["method"].unique().tolist()
    main = means[means["method"] == methods[0]]
    weight = main.assign(total=main["score"] * main["n"]).groupby("target")[["total", "n"]].sum()
    order = (weight["total"] / weight["n"]).sort_values(ascending=False, kind="stable").index
    by_n = weight["n"].sort_values(ascending=False, kind="stable").index[: paper.rows // 2 + 4]
    shown = [target for target in order if target in set(by_n)]
    labels = [plain(target) for target in shown]
    voices = [voice for voice in VOICES if (means["voice"] == voice).any()]
    figure = open_sheet(
        paper,
        title=_sentiment_title(means),
        about=f"{count_of(int(main['n'].sum()), 'scored sentence')} about "
        f"{count_of(len(order), 'actor')}; method: {', '.join(map(plain, methods))}",
        notes=[
            *note_rest(len(shown), len(order), "actors", ", those with most sentences"),
            "Score: −1 hostile to +1 friendly; 0 is neutral. Bars: 95 % bootstrap interval over "
            "articles, none where one article is all there is. Right: sentences scored, "
            "author : quoted.",
        ],
        key=[VOICES[voice] for voice in voices],
        body=len(shown) * paper.line * 2.1,
        labels=labels,
        right=paper.font * 5.5 / 72,
        above=0.0 if len(methods) == 1 else 1.1,
        says=[
            f"{plain(r.target)}, {r.voice}: {signed(r.score)} (n {r.n})" for r in means.itertuples()
        ],
    )
    reach = max(0.25, float(means[["score", "low", "high"]].abs().max(axis=None)))
    reach = min(1.0, np.ceil(reach * 1.05 * 20) / 20)
    panels = _split_body(figure, len(methods))
    for axes, method in zip(panels, methods, strict=True):
        if axes is not figure.body:
            label_rows(axes, paper, [""] * len(labels), 0)
        if len(methods) > 1:
            axes.set_title(plain(method), fontsize=paper.font, loc="left", weight="bold")
        _draw_panel(axes, means[means["method"] == method], shown, voices, paper.font)
        axes.set_xlim(-reach, reach)
        axes.set_xlabel("hostile  ←  score  →  friendly")
        axes.xaxis.set_major_formatter(lambda value, _: tick(value))
        prune = "both" if len(methods) > 1 else None  # the ends of two panels would touch
        axes.xaxis.set_major_locator(MaxNLocator(max(3, int(8 / len(methods))), prune=prune))
    counts = main.set_index(["target", "voice"])["n"]
    for row, target in enumerate(shown):
        text = " : ".join(str(int(counts.get((target, voice), 0))) for voice in VOICES)
        beside(panels[-1], row, text, paper)
    return figure


def _split_body(figure: Chart, many: int) -> list[Axes]:
    """The body as so many axes side by side, the first of them the body itself."""
    box, gap = figure.body.get_position(), 0.03
    width = (box.width - gap * (many - 1)) / many
    places = [(box.x0 + i * (width + gap), box.y0, width, box.height) for i in range(many)]
    figure.body.set_position(places[0])
    return [figure.body, *(figure.add_axes(place) for place in places[1:])]


def _draw_panel(
    axes: Axes, means: pd.DataFrame, shown: list[str], voices: list[str], font: float
) -> None:
    """The marks of one method."""
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.grid(axis="x", color=RULE)
    for row in range(1, len(shown)):
        axes.axhline(row - 0.5, color=RULE, linewidth=0.4)
    for mean in means[means["target"].isin(shown) & means["voice"].isin(voices)].itertuples():
        mark = VOICES[str(mean.voice)]
        shift = voices.index(str(mean.voice)) - (len(voices) - 1) / 2
        y = shown.index(str(mean.target)) + shift * 0.36
        draw_interval(axes, mean.low, mean.high, y, mark.color, font * 0.16)
        draw_mark(axes, mean.score, y, mark, font * 0.66, font * 0.14)
