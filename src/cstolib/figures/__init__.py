"""One function per chart, each from the table that its analysis returned; save_figure writes it."""

from .checks import plot_agreement as plot_agreement
from .checks import plot_specifications as plot_specifications
from .checks import plot_votes as plot_votes
from .claims import plot_contradictions as plot_contradictions
from .links import plot_network as plot_network
from .links import plot_voices as plot_voices
from .positions import plot_ranking as plot_ranking
from .positions import plot_stance as plot_stance
from .save import save_figure as save_figure
from .save import write_csv as write_csv
from .sentiment import plot_sentiment as plot_sentiment
from .sentiment import summarise_scores as summarise_scores
from .sheet import Chart as Chart
from .style import SIZES as SIZES
from .terms import plot_keyness as plot_keyness
from .texts import plot_coverage as plot_coverage
from .texts import plot_provenance as plot_provenance
from .times import plot_timeline as plot_timeline
