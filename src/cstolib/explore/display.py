"""Tables as a notebook shows them: sortable and searchable, from this machine alone."""

import html
from typing import Any

import pandas as pd


def _show(value: Any) -> str:
    if value is None or (not isinstance(value, list | dict) and pd.isna(value)):
        return "–"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return f"{value:.2f}"
    return html.escape(" ".join(str(value).split()))


class InteractiveTable:
    """A table that sorts, searches and copies in a notebook; dates are days, quotes are whole."""

    def __init__(self, frame: pd.DataFrame, *, rows: int = 10) -> None:
        self.frame, self.rows = frame, rows

    def _repr_html_(self) -> str:
        import itables
        from itables.javascript import generate_init_offline_itables_html

        shown = self.frame.reset_index(drop=True)
        numeric = shown.select_dtypes("number").columns
        texts = shown.columns.difference(numeric)
        shown = shown.assign(**{str(name): shown[name].map(_show) for name in texts})
        shown[numeric] = shown[numeric].round(3)
        # The script of the table comes with the table: about 1 MB, and no address is asked.
        script = generate_init_offline_itables_html(itables.options.dt_bundle)
        return script + itables.to_html_datatable(
            shown,
            connected=False,
            allow_html=True,  # escaped above
            showIndex=False,
            pageLength=self.rows,
            maxBytes=0,
            display_logo_when_loading=False,
            classes="display",  # long quotes wrap
            columnDefs=[{"className": "dt-left", "targets": "_all"}],
            style="table-layout:auto;width:100%",
            layout={"topStart": "search", "topEnd": "pageLength", "bottomStart": "info"},
        )

    def __repr__(self) -> str:
        return repr(self.frame)


def show_table(frame: pd.DataFrame, *, rows: int = 10) -> InteractiveTable:
    """`frame` as a table that sorts and searches in a notebook, `rows` at a time, offline."""
    return InteractiveTable(frame, rows=rows)
