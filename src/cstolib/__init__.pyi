from .actors import find_mentions as find_mentions
from .clean import clean_articles as clean_articles
from .clean import ledger as ledger
from .codebook import Codebook as Codebook
from .codebook import CodebookError as CodebookError
from .codebook import load_codebook as load_codebook
from .copies import explain_copies as explain_copies
from .copies import find_copies as find_copies
from .corpus import Corpus as Corpus
from .corpus import open_corpus as open_corpus
from .keywords import collocates as collocates
from .keywords import compare_keywords as compare_keywords
from .keywords import concordance as concordance
from .keywords import keyphrases as keyphrases
from .load import CorpusError as CorpusError
from .load import CorpusWarning as CorpusWarning
from .load import read_articles as read_articles
from .repeats import find_boilerplate as find_boilerplate
from .repeats import find_repeats as find_repeats
from .results import Results as Results
from .sentences import split_sentences as split_sentences
from .sentiment import score_sentiment as score_sentiment
from .sentiment import score_targets as score_targets
from .stance import code_stance as code_stance
from .stance import summarise_stance as summarise_stance
from .tables import TableError as TableError

__version__: str
