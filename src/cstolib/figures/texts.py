"""F1 and F2: what the raw files hold, and who is covered."""

import numpy as np
import pandas as pd

from ..tables import PROSE, require_columns
from .sheet import Chart, Mark, beside, empty_chart, label_rows, label_width, make_chart, open_sheet
from .style import (
    BLUE,
    DASH,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    SKY,
    Size,
    count_of,
    plain,
    share_of,
    wrap,
)

# Kinds that a reader tells apart at a glance; the hatch tells them apart in grey.
GROUPS: dict[str, tuple[tuple[str, ...], Mark]] = {
    "prose": (PROSE, Mark("article's own prose", BLUE)),
    "caption": (("caption",), Mark("caption", SKY, hatch="||||")),
    "repeat": (("repeat",), Mark("repeated text", ORANGE, hatch="////")),
    "comment": (("comment",), Mark("reader comment", PURPLE, hatch="....")),
    "furniture": (
        ("nav", "related", "appeal", "about", "disclaimer", "other"),
        Mark("furniture of the page", "#bdbdbd"),
    ),
    "data": (("title", "deck", "byline", "date", "embed"), Mark("title, byline, date", "#4d4d4d")),
}
FEW = 12  # files whose titles have room beside their bars
_GROUP_OF = {kind: group for group, (kinds, _) in GROUPS.items() for kind in kinds}


def _short_name(article: pd.Series, column: str) -> str:
    """What to call an article in a chart: outlet and day, else its title or file, else its id."""
    outlet, day = article.get("outlet"), article.get("date")
    if pd.notna(outlet):
        return plain(outlet) + (f", {day.day} {day:%b %Y}" if pd.notna(day) else "")
    for name in (column, "path", "title"):
        if pd.notna(article.get(name)):
            return (
                plain(article[name]).rpartition("/")[2] if name == "path" else plain(article[name])
            )
    return str(article["article_id"])


def article_names(articles: pd.DataFrame, column: str = "path") -> pd.Series:
    """A short name for each article, by article_id; twins are numbered.

    column: what names an article of no outlet, title or path.
    """
    names = pd.Series(
        [_short_name(row, column) for _, row in articles.iterrows()],
        index=articles["article_id"].astype(str),
        dtype=object,
    )
    twin = names.groupby(names).cumcount() + 1
    many = names.map(names.value_counts()) > 1
    return names.where(~many, names + " (" + twin.astype(str) + ")")


def plot_provenance(passages: pd.DataFrame, articles: pd.DataFrame, *, size: str = "page") -> Chart:
    """F1: a bar for each raw file from first to last character, coloured by what stands there.

    passages: the table that clean_articles returned; articles: path or raw give the file's length.
    """
    require_columns(passages, "passages", ["article_id", "start", "end", "kind"])
    require_columns(articles, "articles", ["article_id"])

    def draw(size: Size) -> Chart:
        return _draw_provenance(passages, articles, size)

    return make_chart(draw, size)


def _draw_provenance(passages: pd.DataFrame, articles: pd.DataFrame, size: Size) -> Chart:
    if passages.empty:
        return empty_chart(size, title="No file was read", why="there are no passages to show")
    parts = passages.assign(
        group=passages["kind"].map(_GROUP_OF).fillna("furniture"),
        length=(passages["end"] - passages["start"]).astype(float),
    )
    ids = [i for i in articles["article_id"] if (parts["article_id"] == i).any()]
    lengths = parts.groupby("article_id")["end"].max().astype(float)
    if "raw" in articles.columns:
        raw = articles.set_index("article_id")["raw"].str.len().astype(float)
        lengths = raw.reindex(lengths.index).fillna(lengths)
    most = int(size.rows * 1.5)
    shown = ids[:most]
    share = parts.groupby("group")["length"].sum() / parts["length"].sum()
    own = float(share.get("prose", 0))
    key = [
        Mark(f"{mark.label} {share_of(share[group])}", mark.color, mark.hatch)
        for group, (_, mark) in GROUPS.items()
        if share.get(group, 0) > 0
    ]
    other = share.drop("prose", errors="ignore")
    title = f"{own:.0%} of the scraped text is the articles' own prose"
    if len(other) and other.max() >= 0.005:
        largest = GROUPS[str(other.idxmax())][1].label
        title += f"; the largest part set apart is {largest} ({other.max():.0%})"
    notes = [
        "Nothing is deleted: every passage keeps its place in the file, its kind and the reason."
    ]
    if len(shown) < len(ids):
        notes.insert(0, f"The first {len(shown)} of {len(ids)} files are drawn; shares are of all.")
    names = article_names(articles, "title" if len(shown) <= FEW else "path")
    labels = [names.get(str(i), str(i)) for i in shown]
    dense = max(0.72, min(1.0, size.rows / max(len(shown), 1)))
    small = Size(size.width, size.height, size.font * dense, size.fixed)
    left = label_width(small, labels, 0.36)
    figure = open_sheet(
        size,
        title=title,
        about=f"{count_of(len(ids), 'file')}, {int(parts['length'].sum()):,} characters, "
        f"{count_of(len(parts), 'passage')}",
        notes=notes,
        key=key,
        body=sum(
            max(1.35, 1.1 * len(wrap(label, left - 0.6 * small.font / 72, small.font)))
            for label in labels
        )
        * small.line,
        left=left,
        right=size.font * 4.6 / 72,
        above=0.9,
        alt=f"{title}. {count_of(len(ids), 'bar')}, one for each file; shares: "
        + ", ".join(mark.label for mark in key),
    )
    axes = figure.body
    label_rows(axes, small, labels, left)
    for row, article in enumerate(shown):
        mine = parts[parts["article_id"] == article]
        axes.barh(
            row, lengths[article], height=0.72, color="none", edgecolor="#a0a0a0", linewidth=0.4
        )
        for group, (_, mark) in GROUPS.items():
            spans = mine[mine["group"] == group]
            if spans.empty:
                continue
            axes.broken_barh(
                [
                    (float(s), float(e - s))
                    for s, e in spans[["start", "end"]].itertuples(index=False)
                ],
                (row - 0.36, 0.72),
                facecolor=mark.color,
                hatch=mark.hatch,
                edgecolor=INK if mark.hatch else "none",
                linewidth=0,
            )
        kept = mine.loc[mine["group"] == "prose", "length"].sum() / max(mine["length"].sum(), 1)
        beside(axes, row, f"{kept:.0%}", small, color=BLUE)
    axes.annotate(
        "own prose",
        (1, 1),
        xycoords="axes fraction",
        xytext=(0.5 * small.font, 0.35 * small.font),
        textcoords="offset points",
        fontsize=small.font * 0.88,
        color=BLUE,
    )
    axes.set_xlim(0, float(lengths.loc[shown].max()) * 1.005)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_xlabel("character of the raw file")
    return figure


def plot_coverage(counts: pd.DataFrame, *, size: str = "page") -> Chart:
    """F2: how often each actor is named per 1,000 words, as scraped and after cleaning.

    counts: actor, before, after (mentions), words_before, words_after. Before: the raw files with
    repeats, furniture and copies; after: one copy of each article, its own text only.
    """
    require_columns(counts, "coverage", ["actor", "before", "after", "words_before", "words_after"])

    def draw(size: Size) -> Chart:
        return _draw_coverage(counts, size)

    return make_chart(draw, size)


def _draw_coverage(counts: pd.DataFrame, size: Size) -> Chart:
    known = counts[(counts["before"] > 0) | (counts["after"] > 0)]
    if known.empty:
        return empty_chart(size, title="No actor is named", why="no mention of any actor was found")
    rate = known.assign(
        old=1000 * known["before"] / known["words_before"].clip(lower=1),
        new=1000 * known["after"] / known["words_after"].clip(lower=1),
    ).sort_values(["new", "actor"], ascending=[False, True])
    shown = rate.head(size.rows)
    names = [plain(actor) for actor in shown["actor"]]
    change = (shown["new"] - shown["old"]).abs()
    most = shown.loc[change.idxmax()]
    title = f"{names[0]} is named most, {shown['new'].iloc[0]:.1f} times in 1,000 words"
    if change.max() >= 0.05:
        verb = "raised" if most["old"] > most["new"] else "lowered"
        title += f"; repeats and copies {verb} {plain(most['actor'])} most"
    notes = ["Rates are of all words of the texts counted, before and after."]
    if len(shown) < len(rate):
        notes.insert(0, f"{len(shown)} of {len(rate)} actors are drawn, those named most.")
    figure = open_sheet(
        size,
        title=title,
        about=f"{int(known['after'].sum()):,} mentions in {int(known['words_after'].max()):,} "
        f"words after cleaning; {int(known['before'].sum()):,} in "
        f"{int(known['words_before'].max()):,} before",
        notes=notes,
        key=[
            Mark("after cleaning", BLUE, marker="o"),
            Mark("as scraped, with repeats and copies", ORANGE, marker="D", filled=False),
        ],
        body=len(shown) * size.line * 1.6,
        left=(left := label_width(size, names)),
        right=size.font * 5.5 / 72,
        alt=title,
    )
    axes = figure.body
    label_rows(axes, size, names, left)
    y = np.arange(len(shown))
    axes.hlines(y, shown["old"], shown["new"], color=MUTED, linewidth=size.font * 0.12)
    axes.plot(
        shown["old"],
        y,
        "D",
        color=ORANGE,
        markerfacecolor="white",
        markersize=size.font * 0.62,
        markeredgewidth=size.font * 0.14,
    )
    axes.plot(shown["new"], y, "o", color=BLUE, markersize=size.font * 0.62)
    for row, n in enumerate(shown["after"]):
        beside(axes, row, f"n = {int(n):,}" if pd.notna(n) else DASH, size)
    axes.set_xlim(0, float(np.nanmax(shown[["old", "new"]].to_numpy())) * 1.06)
    axes.grid(axis="x")
    axes.set_xlabel("mentions per 1,000 words")
    return figure
