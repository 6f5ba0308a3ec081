"""Text positions beside United Nations votes: a rank correlation, as description and no proof."""

from importlib import resources
from itertools import permutations

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..tables import TableError, accept_table, require_columns

# For the texts in un_votes.csv all but one lean against Moscow's war, so that a no sides with it;
# to stay away or abstain is neither.
_VALUE = {"N": 1.0, "A": 0.0, "NV": 0.0, "Y": -1.0}
_EXACT = 9  # up to so many states every order is counted: 9! is 362,880
_DRAWS = 100_000
_SEED = 20220224

Numbers = npt.NDArray[np.float64]


def load_votes() -> pd.DataFrame:
    """The votes that ship: verified cells only, with sources.

    Columns: resolution, date, title, tally (yes-no-abstentions), leans (what the text is about),
    country, vote (Y yes, N no, A abstained, NV did not vote), source.
    """
    path = resources.files("cstolib") / "resources" / "un_votes.csv"
    with path.open(encoding="utf-8") as file:
        return pd.read_csv(file, parse_dates=["date"])


def rank_correlation(first: Numbers, second: Numbers) -> tuple[float, float, float]:
    """Spearman's rho, its two-sided permutation p, and the smallest p these values allow.

    Exact for up to 9 pairs: every order of the second is counted, ties as they stand. Beyond that
    100,000 orders are drawn from a fixed seed. Missing where either side does not vary.
    """
    n = len(first)
    a, b = (pd.Series(side).rank().to_numpy() for side in (first, second))
    a, b = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((a**2).sum() * (b**2).sum()))
    if n < 2 or not scale:
        return float("nan"), float("nan"), float("nan")
    if n <= _EXACT:
        orders = np.array(list(permutations(range(n))))
    else:
        generator = np.random.default_rng(_SEED)
        orders = generator.permuted(np.tile(np.arange(n), (_DRAWS, 1)), axis=1)
    rhos = np.abs(b[orders] @ a) / scale
    rho = float(a @ b) / scale
    tiny = 1e-9
    as_far = int((rhos >= abs(rho) - tiny).sum())
    if n > _EXACT:  # the order seen counts as drawn too (Phipson and Smyth 2010)
        return rho, (as_far + 1) / (_DRAWS + 1), 1 / (_DRAWS + 1)
    return rho, as_far / len(rhos), float((rhos >= rhos.max() - tiny).mean())


def compare_votes(
    positions: pd.DataFrame,
    votes: pd.DataFrame | None = None,
    *,
    since: str = "2022-02-24",
    until: str | None = None,
) -> pd.DataFrame:
    """Each actor's position in the texts beside its votes; the correlation stands in every row.

    `positions` has one row per actor (`summarise_stance(..., by="actor")`). Only votes between
    `since` and `until` on which every actor's vote is known are counted, so that all are measured
    on the same texts. Columns: actor, alignment, low, high, n (from positions), vote_index (-1 yes
    to each text, +1 no to each; abstained and absent 0), n_votes, text_rank, vote_rank (1 = most
    with Moscow), rho, p (exact, two-sided), p_smallest (what so many states, with these ties, allow
    at best), n_states. Actors without votes are left out: they stand in `attrs["left_out"]`.
    """
    positions = accept_table(positions, "positions", ["actor", "alignment"])
    twins = positions[positions["actor"].duplicated()]
    if len(twins):
        raise TableError(
            "positions must have one row per actor; summarise them by actor alone. "
            f"Twice: {', '.join(sorted(set(twins['actor'])))}",
            twins,
        )
    votes = load_votes() if votes is None else votes
    require_columns(votes, "votes", ["resolution", "date", "country", "vote"])
    strange = sorted(set(votes["vote"].astype(str)) - set(_VALUE))
    if strange:
        raise TableError(f"vote must be Y, N, A or NV, got {', '.join(strange)}")
    when = pd.to_datetime(votes["date"])
    first, last = (
        pd.to_datetime(day, errors="coerce") for day in (since, until or pd.Timestamp.max)
    )
    if pd.isna(first) or pd.isna(last):
        raise ValueError(
            f"since and until must be days such as 2022-02-24, got {since!r} and {until!r}"
        )
    votes = votes[when.between(first, last)]
    known = positions[positions["alignment"].notna()].sort_values("actor", kind="stable")
    kept = known[known["actor"].isin(votes["country"])]
    table = votes[votes["country"].isin(kept["actor"])].pivot_table(
        index=["date", "resolution"], columns="country", values="vote", aggfunc="first"
    )
    table = table.reindex(columns=list(kept["actor"])).dropna()
    columns = [c for c in ("actor", "alignment", "low", "high", "n") if c in kept.columns]
    out = kept[columns].reset_index(drop=True)
    index = table.replace(_VALUE).astype("float64").mean()
    out["vote_index"] = out["actor"].map(index).astype("float64")
    out["n_votes"] = len(table)
    text, vote = (out[column].astype("float64") for column in ("alignment", "vote_index"))
    out["text_rank"], out["vote_rank"] = text.rank(ascending=False), vote.rank(ascending=False)
    measured = rank_correlation(text.to_numpy(), vote.to_numpy()) if len(table) else [np.nan] * 3
    out["rho"], out["p"], out["p_smallest"] = measured
    out["n_states"] = len(out)
    out.attrs["left_out"] = sorted(set(positions["actor"]) - set(out["actor"]))
    return out
