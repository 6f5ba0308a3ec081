"""F5: how warm or cold texts are toward each actor, in whose voice."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ..tables import require_columns
from .sheet import Chart, Mark, beside, empty_chart, label_rows, label_width, make_chart, open_sheet
from .style import BLUE, MUTED, RULE, VERMILION, Size, count_of, plain, signed, tick

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
    unit = "target" if (scores["unit"] == "target").any() else "article"
    known = scores[(scores["unit"] == unit) & scores["score"].notna() & scores["target"].notna()]
    rows = []
    methods = known["method"].unique().tolist()
    for (method, target, voice), part in known.groupby(["method", "target", "voice"], sort=True):
        mean, low, high = bootstrap_mean(part["score"].tolist(), part["article_id"].tolist())
        rows.append(
            {
                "method": method,
                "target": target,
                "voice": voice,
                "n": len(part),
                "n_articles": part["article_id"].nunique(),
                "score": mean,
                "low": low,
                "high": high,
            }
        )
    rows.sort(key=lambda row: methods.index(row["method"]))
    columns = ["method", "target", "voice", "n", "n_articles", "score", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def plot_sentiment(scores: pd.DataFrame, *, size: str = "page") -> Chart:
    """F5: mean score toward each actor with its interval, the author's voice beside quoted voices.

    scores: the table that score_sentiment returned, with rows of unit target. Several methods stand
    side by side.
    """
    require_columns(scores, "scores", ["article_id", "unit", "target", "voice", "method", "score"])

    def draw(size: Size) -> Chart:
        return _draw_sentiment(summarise_scores(scores), size)

    return make_chart(draw, size)


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


def _draw_sentiment(means: pd.DataFrame, size: Size) -> Chart:
    if means.empty:
        return empty_chart(
            size, title="No sentiment toward any actor", why="no sentence about an actor was scored"
        )
    methods = means["method"].unique().tolist()
    main = means[means["method"] == methods[0]]
    weight = main.assign(total=main["score"] * main["n"]).groupby("target")[["total", "n"]].sum()
    order = (weight["total"] / weight["n"]).sort_values(ascending=False, kind="stable").index
    by_n = weight["n"].sort_values(ascending=False, kind="stable").index[: size.rows // 2 + 4]
    shown = [target for target in order if target in set(by_n)]
    title = _sentiment_title(means)
    n = int(main["n"].sum())
    notes = [
        "Score: −1 hostile to +1 friendly; 0 is neutral. Bars: 95 % bootstrap interval over "
        "articles, none where one article is all there is. Right: sentences scored, "
        "author : quoted."
    ]
    if len(shown) < len(order):
        notes.insert(
            0, f"{len(shown)} of {len(order)} actors are drawn, those with most sentences."
        )
    labels = [plain(target) for target in shown]
    voices = [voice for voice in VOICES if (means["voice"] == voice).any()]
    left = label_width(size, labels)
    figure = open_sheet(
        size,
        title=title,
        about=f"{count_of(n, 'scored sentence')} about {count_of(len(order), 'actor')}; "
        f"method: {', '.join(map(plain, methods))}",
        notes=notes,
        key=[VOICES[voice] for voice in voices],
        body=len(shown) * size.line * 2.1,
        left=left,
        right=size.font * 5.5 / 72,
        above=0.0 if len(methods) == 1 else 1.1,
        alt=title
        + ". "
        + "; ".join(
            f"{plain(r.target)}, {r.voice}: {signed(r.score)} (n {r.n})" for r in means.itertuples()
        ),
    )
    box = figure.body.get_position()
    gap = 0.03
    width = (box.width - gap * (len(methods) - 1)) / len(methods)
    reach = max(0.25, float(np.nanmax(np.abs(means[["score", "low", "high"]].to_numpy(float)))))
    reach = min(1.0, np.ceil(reach * 1.05 * 20) / 20)
    for i, method in enumerate(methods):
        axes = figure.body
        if i:
            axes = figure.add_axes((box.x0 + i * (width + gap), box.y0, width, box.height))
        axes.set_position((box.x0 + i * (width + gap), box.y0, width, box.height))
        label_rows(axes, size, labels if i == 0 else [""] * len(labels), left)
        if len(methods) > 1:
            axes.set_title(plain(method), fontsize=size.font, loc="left", weight="bold")
        _draw_panel(axes, means[means["method"] == method], shown, voices, size)
        axes.set_xlim(-reach, reach)
        axes.set_xlabel("hostile  ←  score  →  friendly")
        axes.xaxis.set_major_formatter(lambda value, _: tick(value))
        prune = "both" if len(methods) > 1 else None  # the ends of two panels would touch
        locator = MaxNLocator(max(3, int(8 / len(methods))), prune=prune)
        axes.xaxis.set_major_locator(locator)
    last = figure.axes[-1]
    counts = main.set_index(["target", "voice"])["n"]
    for row, target in enumerate(shown):
        text = " : ".join(str(int(counts.get((target, voice), 0))) for voice in VOICES)
        beside(last, row, text, size)
    return figure


def _draw_panel(
    axes: Axes, means: pd.DataFrame, shown: list[str], voices: list[str], size: Size
) -> None:
    """The marks of one method."""
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.grid(axis="x", color=RULE)
    for row in range(1, len(shown)):
        axes.axhline(row - 0.5, color=RULE, linewidth=0.4)
    shift = {voice: (i - (len(voices) - 1) / 2) * 0.36 for i, voice in enumerate(voices)}
    for mean in means.itertuples():
        if mean.target not in shown or mean.voice not in shift:
            continue
        mark, y = VOICES[str(mean.voice)], shown.index(str(mean.target)) + shift[str(mean.voice)]
        if pd.notna(mean.low):
            axes.plot([mean.low, mean.high], [y, y], color=mark.color, linewidth=size.font * 0.16)
        axes.plot(
            mean.score,
            y,
            mark.marker,
            color=mark.color,
            markerfacecolor=mark.color if mark.filled else "white",
            markeredgewidth=size.font * 0.14,
            markersize=size.font * 0.66,
        )
