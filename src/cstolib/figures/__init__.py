"""One function per chart, each from the table that its analysis returned; save_figure writes it."""

from .positions import plot_ranking, plot_stance
from .save import save_figure, write_csv
from .sentiment import plot_sentiment, summarise_scores
from .style import SIZES, Chart
from .terms import plot_keyness
from .texts import plot_coverage, plot_provenance

__all__ = [
    "SIZES",
    "Chart",
    "plot_coverage",
    "plot_keyness",
    "plot_provenance",
    "plot_ranking",
    "plot_sentiment",
    "plot_stance",
    "save_figure",
    "summarise_scores",
    "write_csv",
]
