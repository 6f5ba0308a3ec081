"""One function per chart, each from the table that its analysis returned; save_figure writes it."""

from .checks import plot_agreement, plot_specifications, plot_votes
from .claims import plot_contradictions
from .links import plot_network, plot_voices
from .positions import plot_ranking, plot_stance
from .save import save_figure, write_atomic, write_csv
from .sentiment import plot_sentiment, summarise_scores
from .sheet import Chart
from .style import SIZES
from .terms import plot_keyness
from .texts import plot_coverage, plot_provenance
from .times import plot_timeline

__all__ = [
    "SIZES",
    "Chart",
    "plot_agreement",
    "plot_contradictions",
    "plot_coverage",
    "plot_keyness",
    "plot_network",
    "plot_provenance",
    "plot_ranking",
    "plot_sentiment",
    "plot_specifications",
    "plot_stance",
    "plot_timeline",
    "plot_voices",
    "plot_votes",
    "save_figure",
    "summarise_scores",
    "write_atomic",
    "write_csv",
]
