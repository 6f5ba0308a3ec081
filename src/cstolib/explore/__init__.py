"""The buttons of explore.ipynb: four tabs over an Explorer, built on ipywidgets, offline."""

from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as w

from ..figures.style import alignment_color, signed
from ..keywords.kwic import PatternError
from ..tables import KINDS
from .charts import chart_ranking, chart_timeline, chart_voices
from .reading import Explorer, Filters, escape

ALL = "all"
WIDE = {"width": "98%"}


class ExplorerView(w.VBox):
    """Search, stance, copies and corrections of a corpus, each in a tab."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.place: tuple[str, int, int] | None = None  # what a correction would be about
        self.article = w.HTML(layout=WIDE)
        self.tabs = w.Tab([self._search_tab(), self._stance_tab(), self._copies_tab()])
        self.tabs.titles = ("Search", "Stance", "Copies")
        super().__init__([self.tabs, self.article, self._correction_box()])

    # Search: as one types, the lines that match; a click opens the article.

    def _search_tab(self) -> w.Widget:
        self.pattern = w.Text(
            placeholder="peacekeep*", description="Search", layout={"width": "40%"}
        )
        self.filters = {
            name: w.Dropdown(options=[ALL, *values], description=name, layout={"width": "15em"})
            for name, values in self.explorer.choices().items()
        }
        for name in ("since", "until"):
            self.filters[name] = w.DatePicker(description=name, layout={"width": "15em"})
        self.count = w.HTML()
        self.hits = w.Select(rows=12, layout=WIDE)
        self.hits.add_class("cstolib-hits")
        for control in (self.pattern, *self.filters.values()):
            control.observe(self._search, "value")
        self.hits.observe(self._open_hit, "value")
        self._search()
        boxes = w.HBox(list(self.filters.values()), layout={"flex_flow": "row wrap"})
        return w.VBox([self.pattern, boxes, self.count, self.hits])

    def _search(self, _: Any = None) -> None:
        chosen = {name: box.value for name, box in self.filters.items()}
        given = {k: str(v) for k, v in chosen.items() if v and v != ALL}
        try:
            self.found = self.explorer.search(self.pattern.value, Filters(**given))
        except PatternError as error:
            self.count.value = f"<i>{escape(error)}</i>"
            return
        total = self.found.attrs["sentences"]
        shown = f", the first {len(self.found)} shown" if total > len(self.found) else ""
        self.count.value = f"{total:,} sentences{shown}"
        lines = [
            (f"{row.left} ⟦{row.match}⟧ {row.right}", row.Index) for row in self.found.itertuples()
        ]
        self.hits.unobserve(self._open_hit, "value")
        self.hits.options, self.hits.value = lines, None
        self.hits.observe(self._open_hit, "value")

    def _open_hit(self, change: Any) -> None:
        if change["new"] is not None:
            row = self.found.loc[change["new"]]
            self._open(row["article_id"], int(row["start"]), int(row["end"]))

    def _open(self, article_id: str, start: int, end: int) -> None:
        self.place = (article_id, start, end)
        self.article.value = self.explorer.show_article(article_id, start, end)
        quote = self.explorer.raw(article_id)[start:end]
        self.about.value = f"<b>about</b> “{escape(' '.join(quote.split())[:160])}”"

    # Stance: the matrix; a click on a cell lists its quotes.

    def _stance_tab(self) -> w.Widget:
        self.threshold = w.FloatSlider(0.5, min=0, max=1, step=0.05, description="confidence")
        self.threshold.observe(self._move_figures, "value")
        self.matrix = w.GridBox()
        self.quotes = w.Select(rows=8, layout=WIDE)
        self.quotes.add_class("cstolib-quotes")
        self.quotes.observe(self._open_quote, "value")
        self.charts = [w.HTML() for _ in range(3)]
        self.says = w.HTML()
        self._lay_matrix()
        charts = w.HBox(self.charts, layout={"flex_flow": "row wrap"})
        return w.VBox([self.threshold, self.matrix, self.quotes, charts, self.says])

    def _lay_matrix(self) -> None:
        """A button for each actor and issue of any statement, however unsure; then the figures."""
        found, book = self.explorer.statements, self.explorer.corpus.codebook
        issues = [issue for issue in book.issues if issue in set(found["issue"])]
        actors = [actor for actor in book.actors if actor in set(found["actor"])]
        self.cells = {
            (actor, issue): self._cell(actor, issue) for actor in actors for issue in issues
        }
        items: list[w.Widget] = [w.HTML(""), *(w.HTML(f"<b>{escape(i)}</b>") for i in issues)]
        for actor in actors:
            items.append(w.HTML(f"<b>{escape(actor)}</b>"))
            items += [self.cells[actor, issue] for issue in issues]
        self.matrix.layout = w.Layout(grid_template_columns=f"9em repeat({len(issues)}, 7em)")
        self.matrix.children = items
        self._move_figures()

    def _cell(self, actor: str, issue: str) -> w.Button:
        button = w.Button(tooltip=f"{actor} on {issue}", layout={"width": "7em"})
        button.add_class("cstolib-cell")
        button.on_click(partial(self._list_quotes, actor, issue))
        return button

    def _move_figures(self, _: Any = None) -> None:
        """Show matrix, charts and conclusions of the statements that are as sure as the slider."""
        explorer = self.explorer
        sure = explorer.sure(self.threshold.value)
        ranking = explorer.ranking(sure)
        cells = sure.groupby(["actor", "issue"])["alignment"].agg(["mean", "size"])
        rows = dict(zip(cells.index, cells.itertuples(index=False), strict=True))
        for key, button in self.cells.items():
            button.layout.visibility = "visible" if key in rows else "hidden"
            if key in rows:
                alignment, n = rows[key]
                button.description = f"{signed(alignment)}  n {n}"
                button.style.button_color = alignment_color(alignment)
                button.style.text_color = "white" if abs(alignment) >= 0.6 else "black"
        actors = list(explorer.corpus.codebook.actors)
        drawn = (chart_ranking(ranking), chart_voices(sure, actors), chart_timeline(sure, actors))
        for widget, chart in zip(self.charts, drawn, strict=True):
            widget.value = chart
        said = explorer.conclusions(sure, ranking)
        self.says.value = "".join(f"<p>{escape(line)}</p>" for line in said)

    def _list_quotes(self, actor: str, issue: str, _: Any = None) -> None:
        self.listed = self.explorer.quotes(actor, issue, self.threshold.value)
        self.field.value = f"stance {actor}/{issue}"
        lines = [
            (f"{row.alignment:+d}  {row.voice}: “{row.quote}” ({row.rule})", row.Index)
            for row in self.listed.itertuples()
        ]
        self.quotes.options, self.quotes.value = lines, None
        if lines:
            self.quotes.value = 0

    def _open_quote(self, change: Any) -> None:
        if change["new"] is not None:
            row = self.listed.loc[change["new"]]
            self._open(row["article_id"], int(row["start"]), int(row["end"]))

    # Copies: two articles side by side.

    def _copies_tab(self) -> w.Widget:
        names = self.explorer.name
        options = [
            (f"{row.relation}: {names(row.article_id)} | {names(row.copy_of)}", row.Index)
            for row in self.explorer.corpus.copies.itertuples()
            if row.copy_of in self.explorer.articles.index
        ]
        self.pairs = w.Select(options=options, value=None, rows=6, layout=WIDE)
        self.pairs.observe(self._open_pair, "value")
        return w.VBox([w.HTML(f"{len(options)} pairs; what they share is marked"), self.pairs])

    def _open_pair(self, change: Any) -> None:
        if change["new"] is not None:
            row = self.explorer.corpus.copies.loc[change["new"]]
            self.place = (row["article_id"], 0, 0)
            self.field.value = "copy"
            self.about.value = f"<b>about</b> {escape(self.explorer.name(row['article_id']))}"
            self.article.value = self.explorer.show_copies(row["copy_of"], row["article_id"])

    # Corrections: a click writes a row; replay computes the corpus anew.

    def _correction_box(self) -> w.Widget:
        book = self.explorer.corpus.codebook
        stances = [f"stance {actor}/{issue}" for actor in book.actors for issue in book.issues]
        fields = [
            "kind",
            "voice",
            "copy",
            "title",
            "author",
            "outlet",
            "date",
            "language",
            *stances,
        ]
        self.about = w.HTML("open a sentence, a quote or a pair to correct it")
        self.field = w.Combobox(options=fields, value="kind", description="field")
        self.value = w.Combobox(description="value", placeholder="none")
        self.who = w.Text(description="who", placeholder="your name")
        self.why = w.Text(description="why", layout={"width": "50%"})
        self.save = w.Button(description="Write correction", button_style="primary")
        self.again = w.Button(description="Replay corrections")
        self.told = w.HTML()
        self.field.observe(self._offer_values, "value")
        self.save.on_click(self._save)
        self.again.on_click(self._replay)
        self._offer_values()
        rows = [self.about, w.HBox([self.field, self.value, self.who]), self.why]
        return w.VBox([*rows, w.HBox([self.save, self.again]), self.told])

    def _offer_values(self, _: Any = None) -> None:
        field = self.field.value
        offered = {"kind": list(KINDS), "voice": ["author", "quoted"], "copy": ["none"]}
        values = offered.get(field, ["+1", "0", "-1", "none"] if field.startswith("stance") else [])
        self.value.options = values
        if values and self.value.value not in values:
            self.value.value = values[-1]

    def _save(self, _: Any = None) -> None:
        if self.place is None:
            self.told.value = "<i>open a sentence, a quote or a pair first</i>"
            return
        article_id, start, end = self.place
        given = (box.value for box in (self.field, self.value, self.who, self.why))
        said = self.explorer.correct(article_id, start, end, *given)
        self.told.value = escape(said)

    def _replay(self, _: Any = None) -> None:
        self.told.value = "computing …"
        try:
            lines = self.explorer.replay()
        except ValueError as error:
            lines = [str(error)]
        self.told.value = "".join(f"<p>{escape(line)}</p>" for line in lines)
        self._search()
        self._lay_matrix()


def explore(
    corpus: str | Path = "sample",
    *,
    tables: str | Path = "",
    codebook: str = "default",
    corrections: str | Path = "",
) -> ExplorerView:
    """Widgets to search a corpus, read its evidence, compare copies and correct what is wrong.

    corrections: the file that a click writes to; empty is data/corrections.csv of the project.
    The other parameters are those of `open_corpus`.
    """
    return ExplorerView(Explorer(corpus, tables=tables, codebook=codebook, corrections=corrections))
