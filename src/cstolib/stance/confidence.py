"""How far to trust a statement: how often statements that rest on the same were right.

The weights were fitted on coded passages by training/stance_confidence.py: a logistic regression,
shrunk towards the mean, on what the rule rests on. With another codebook they are a guide only.
"""

import json
import math
from functools import lru_cache
from importlib import resources

from .compose import Candidate

_LONG = 20  # words between the ends of the evidence


def traits_of(candidate: Candidate) -> list[str]:
    """What a statement rests on, as far as its confidence depends on it."""
    link, shape = candidate.link, candidate.shape
    traits = [f"link={link}", f"shape={shape}", f"{shape}, {link}", f"how={candidate.how}"]
    traits.append(f"alignment={candidate.alignment}")
    if candidate.steps > 3:
        traits.append("many signs")
    if candidate.nots:
        traits.append("not")
    if candidate.end - candidate.start > _LONG:
        traits.append("far apart")
    return traits


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    text = resources.files("cstolib.resources").joinpath("stance_confidence.json")
    return {str(name): float(w) for name, w in json.loads(text.read_text("utf-8")).items()}


def confidence_of(candidate: Candidate) -> float:
    """How often a statement that rests on the same was right, 0 to 1, in steps of a hundredth."""
    weights = _weights()
    total = weights["all"] + sum(weights.get(trait, 0.0) for trait in traits_of(candidate))
    return round(1 / (1 + math.exp(-total)), 2)
