"""F1 and F2: what the raw files hold, and who is covered."""

from dataclasses import replace

import numpy as np
import pandas as pd

from ..tables import PROSE, accept_table
from .sheet import (
    Chart,
    Look,
    Mark,
    at_any_size,
    beside,
    empty_chart,
    label_rows,
    label_width,
    note_rest,
    open_sheet,
    write,
)
from .style import (
    BLUE,
    DASH,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    SIZES,
    SKY,
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
AFTER = Mark("after cleaning", BLUE, marker="o")
BEFORE = Mark("as scraped, with repeats and copies", ORANGE, marker="D", filled=False)


def _short_name(article: pd.Series, column: str) -> str:
    """What to call an article in a chart: outlet and day, else its title or file, else its id."""
    outlet, day = article.get("outlet"), article.get("date")
    if pd.notna(outlet):
        return plain(outlet) + (f", {day.day} {day:%b %Y}" if pd.notna(day) else "")
    for name in (column, "path", "title"):
        if pd.notna(article.get(name)):
            said = plain(article[name])
            return said.rpartition("/")[2] if name == "path" else said
    return str(article["article_id"])


def _name_articles(articles: pd.DataFrame, column: str) -> pd.Series:
    """A short name for each article, by article_id; twins are numbered.

    column: what names an article of no outlet, title or path.
    """
    ids = articles["article_id"].astype(str)
    names = pd.Series(
        [_short_name(row, column) for _, row in articles.iterrows()], index=ids, dtype=object
    )
    twin = names.groupby(names).cumcount() + 1
    many = names.map(names.value_counts()) > 1
    return names.where(~many, names + " (" + twin.astype(str) + ")")


@at_any_size
def plot_provenance(passages: pd.DataFrame, articles: pd.DataFrame, *, size: str = "page") -> Chart:
    """F1: a bar for each raw file from first to last character, coloured by what stands there.

    passages: the table that clean_articles returned; articles: path or raw give the file's length.
    """
    passages = accept_table(passages, "passages", ["article_id", "start", "end", "kind"])
    articles = accept_table(articles, "articles", ["article_id"])
    paper = SIZES[size]
    if passages.empty:
        why = "there are no passages to show"
        return empty_chart(paper, title="No file was read", why=why)
    group_of = {kind: group for group, (kinds, _) in GROUPS.items() for kind in kinds}
    parts = passages.assign(
        group=passages["kind"].map(group_of).fillna("furniture"),
        length=(passages["end"] - passages["start"]).astype(float),
    )
    ids = [i for i in articles["article_id"] if (parts["article_id"] == i).any()]
    lengths = parts.groupby("article_id")["end"].max().astype(float)
    if "raw" in articles.columns:
        raw = articles.set_index("article_id")["raw"].str.len().astype(float)
        lengths = raw.reindex(lengths.index).fillna(lengths)
    shown = ids[: int(paper.rows * 1.5)]
    share = parts.groupby("group")["length"].sum() / parts["length"].sum()
    key = [
        Mark(f"{mark.label} {share_of(share[group])}", mark.color, mark.hatch)
        for group, (_, mark) in GROUPS.items()
        if share.get(group, 0) > 0
    ]
    title = f"{share.get('prose', 0.0):.0%} of the scraped text is the articles' own prose"
    other = share.drop("prose", errors="ignore")
    if len(other) and other.max() >= 0.005:
        largest = GROUPS[str(other.idxmax())][1].label
        title += f"; the largest part set apart is {largest} ({other.max():.0%})"
    notes = [
        "Nothing is deleted: every passage keeps its place in the file, its kind and the reason."
    ]
    if len(shown) < len(ids):
        notes.insert(0, f"The first {len(shown)} of {len(ids)} files are drawn; shares are of all.")
    names = _name_articles(articles, "title" if len(shown) <= FEW else "path")
    labels = [names[str(i)] for i in shown]
    small = replace(paper, font=paper.font * max(0.72, min(1.0, paper.rows / len(shown))))
    left = label_width(small, labels, 0.36)
    lines = [len(wrap(label, left - 0.6 * small.font / 72, small.font)) for label in labels]
    figure = open_sheet(
        paper,
        title=title,
        about=f"{count_of(len(ids), 'file')}, {int(parts['length'].sum()):,} characters, "
        f"{count_of(len(parts), 'passage')}",
        notes=notes,
        key=key,
        body=sum(max(1.35, 1.1 * n) for n in lines) * small.line,
        left=left,
        right=paper.font * 4.6 / 72,
        above=0.9,
        says=[
            f"{count_of(len(ids), 'bar')}, one for each file",
            "shares: " + ", ".join(mark.label for mark in key),
        ],
    )
    axes = figure.body
    label_rows(axes, small, labels, left)
    frame: Look = {"height": 0.72, "color": "none", "edgecolor": "#a0a0a0", "linewidth": 0.4}
    for row, article in enumerate(shown):
        mine = parts[parts["article_id"] == article]
        axes.barh(row, lengths[article], **frame)
        for group, (_, mark) in GROUPS.items():
            spans = mine[mine["group"] == group]
            if len(spans):
                axes.broken_barh(
                    spans[["start", "length"]].to_numpy(float),
                    (row - 0.36, 0.72),
                    facecolor=mark.color,
                    hatch=mark.hatch,
                    edgecolor=INK if mark.hatch else "none",
                    linewidth=0,
                )
        kept = mine.loc[mine["group"] == "prose", "length"].sum() / max(mine["length"].sum(), 1)
        beside(axes, row, f"{kept:.0%}", small, color=BLUE)
    look: Look = {"share": 0.88, "va": "baseline", "color": BLUE, "xycoords": "axes fraction"}
    write(axes, small, "own prose", (1, 1), shift=(0.5, 0.35), **look)
    axes.set_xlim(0, float(lengths.loc[shown].max()) * 1.005)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_xlabel("character of the raw file")
    return figure


@at_any_size
def plot_coverage(counts: pd.DataFrame, *, size: str = "page") -> Chart:
    """F2: how often each actor is named per 1,000 words, as scraped and after cleaning.

    counts: actor, before, after (mentions), words_before, words_after. Before: the raw files with
    repeats, furniture and copies; after: one copy of each article, its own text only.
    """
    needed = ["actor", "before", "after", "words_before", "words_after"]
    counts = accept_table(counts, "coverage", needed)
    paper = SIZES[size]
    known = counts[(counts["before"] > 0) | (counts["after"] > 0)]
    if known.empty:
        why = "no mention of any actor was found"
        return empty_chart(paper, title="No actor is named", why=why)
    rate = known.assign(
        old=1000 * known["before"] / known["words_before"].clip(lower=1),
        new=1000 * known["after"] / known["words_after"].clip(lower=1),
    ).sort_values(["new", "actor"], ascending=[False, True])
    shown = rate.head(paper.rows)
    names = [plain(actor) for actor in shown["actor"]]
    change = (shown["new"] - shown["old"]).abs()
    most = shown.loc[change.idxmax()]
    title = f"{names[0]} is named most, {shown['new'].iloc[0]:.1f} times in 1,000 words"
    if change.max() >= 0.05:
        verb = "raised" if most["old"] > most["new"] else "lowered"
        title += f"; repeats and copies {verb} {plain(most['actor'])} most"
    figure = open_sheet(
        paper,
        title=title,
        about=f"{int(known['after'].sum()):,} mentions in {int(known['words_after'].max()):,} "
        f"words after cleaning; {int(known['before'].sum()):,} in "
        f"{int(known['words_before'].max()):,} before",
        notes=[
            *note_rest(len(shown), len(rate), "actors", ", those named most"),
            "Rates are of all words of the texts counted, before and after.",
        ],
        key=[AFTER, BEFORE],
        body=len(shown) * paper.line * 1.6,
        labels=names,
        right=paper.font * 5.5 / 72,
    )
    axes = figure.body
    y = np.arange(len(shown))
    axes.hlines(y, shown["old"], shown["new"], color=MUTED, linewidth=paper.font * 0.12)
    hollow: Look = {"markerfacecolor": BEFORE.fill, "markeredgewidth": paper.font * 0.14}
    axes.plot(shown["old"], y, "D", color=ORANGE, markersize=paper.font * 0.62, **hollow)
    axes.plot(shown["new"], y, "o", color=BLUE, markersize=paper.font * 0.62)
    for row, n in enumerate(shown["after"]):
        beside(axes, row, f"n = {int(n):,}" if pd.notna(n) else DASH, paper)
    axes.set_xlim(0, float(shown[["old", "new"]].max(axis=None)) * 1.06)
    axes.grid(axis="x")
    axes.set_xlabel("mentions per 1,000 words")
    return figure
