"""Conclusions in words, computed from tables: what notebooks and the report say, never typed.

Where a table has nothing to say the sentence says that: no evidence is not neutral.
"""

import pandas as pd

from ..codebook import Codebook
from ..figures.sentiment import FIRM
from ..figures.style import count_of, list_names, signed
from ..keywords import marking_terms
from ..tables import PROSE


def members_of(codebook: Codebook) -> list[str]:
    """The actors that are ranked: the codebook's group `members`, or all; never the principal."""
    group = codebook.groups.get("members")
    actors = group.members if group else list(codebook.actors)
    return [actor for actor in actors if actor != codebook.principal]


def war_statements(statements: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """The statements on the codebook's war issues by the actors that are ranked."""
    on_war = statements["issue"].isin(codebook.war_issues)
    return statements[on_war & statements["actor"].isin(members_of(codebook))]


def conclude_corpus(
    articles: pd.DataFrame, passages: pd.DataFrame, copies: pd.DataFrame
) -> list[str]:
    """How much was read, what was set apart, which copies were left out, which dates are stated."""
    length = passages["end"] - passages["start"]
    prose = passages["kind"].isin(PROSE)
    total, kept = int(length.sum()), int(length[prose].sum())
    apart = length[~prose].groupby(passages["kind"][~prose]).sum().sort_values(ascending=False)
    named = [f"{kind} {share:.0%}" for kind, share in (apart / total).head(3).items()]
    lines = ["The corpus holds no text."]
    if total:
        lines = [
            f"Of {count_of(total, 'character')} in {count_of(len(articles), 'article')}, "
            f"{kept / total:.0%} is the articles' own prose; set apart most: "
            f"{list_names(named) or 'nothing'}."
        ]
    out = copies[copies["relation"] != "quotes"]
    if len(out):
        kinds = [f"{n} {kind}" for kind, n in out["relation"].value_counts().sort_index().items()]
        lines.append(
            f"{count_of(out['article_id'].nunique(), 'article')} left out as copies of others "
            f"({list_names(kinds)})."
        )
    else:
        lines.append("No article is a copy of another.")
    stated = int((articles["date_basis"] == "stated").sum())
    lines.append(f"{stated} of {count_of(len(articles), 'article')} state their date.")
    return lines


def conclude_sentiment(scores: pd.DataFrame, method: str) -> list[str]:
    """Of which targets authors write most and least kindly, and how much could not be scored.

    Quoted voices do not count: how others speak of a state is not how the article does.
    """
    mine = scores[(scores["method"] == method) & (scores["unit"] == "target")]
    scored = mine[mine["score"].notna() & (mine["voice"] == "author")]
    if scored.empty:
        return [f"The method {method} could score no author's sentence that mentions an actor."]
    means = scored.groupby("target")["score"].agg(["mean", "size"])
    means = means.sort_values(["mean", "size"], ascending=[False, False], kind="stable")
    often = means[means["size"] >= FIRM]
    means = means if len(often) < 2 else often
    best, worst = means.iloc[0], means.iloc[-1]
    lines = [
        f"Authors write most kindly of {means.index[0]} ({signed(best['mean'])}, "
        f"{count_of(int(best['size']), 'sentence')}) and least of {means.index[-1]} "
        f"({signed(worst['mean'])}, {count_of(int(worst['size']), 'sentence')}), by {method}."
        if len(means) > 1
        else f"Authors write of {means.index[0]} at {signed(best['mean'])}, by {method}."
    ]
    if missing := int(mine["score"].isna().sum()):
        lines.append(f"{count_of(missing, 'mention')} could not be scored and count nowhere.")
    return lines


def conclude_keywords(terms: pd.DataFrame, by: str, *, level: float = 0.05) -> list[str]:
    """The term that marks each of the three strongest groups, or that none does."""
    sure = marking_terms(terms[terms["p_adjusted"] < level])
    if sure.empty:
        return [f"No term tells one {by} from the rest at p < {level}, adjusted for all tests."]
    first = sure.sort_values(["g2", "term"], ascending=[False, True]).groupby("group").head(1)
    return [
        f"“{row.term}” marks {row.group}: {2**row.log_ratio:.1f} times as frequent as in the "
        f"rest (p {'< 0.001' if row.p_adjusted < 0.001 else f'= {row.p_adjusted:.3f}'})."
        for row in first.head(3).itertuples()
    ]


def conclude_stance(
    ranking: pd.DataFrame, positions: pd.DataFrame, codebook: Codebook
) -> list[str]:
    """Who stands closest to the principal and who furthest, who is silent, what conflicts."""
    lines = []
    order = ranking.sort_values(["alignment", "actor"], ascending=[False, True], kind="stable")
    if order.empty:
        lines.append("No statement about the war was found: that is no evidence, not neutrality.")
    else:
        named = [f"{row.actor} ({signed(row.alignment)}, n {row.n})" for row in order.itertuples()]
        lines.append(
            f"On the war, from most to least aligned with {codebook.called}: {', '.join(named)}."
        )
        top, last = order.iloc[0], order.iloc[-1]
        if len(order) > 1:
            apart = pd.notna(top["low"]) and pd.notna(last["high"]) and top["low"] > last["high"]
            overlap = "do not overlap" if apart else "overlap or are unknown"
            lines.append(f"The intervals of {top['actor']} and {last['actor']} {overlap}.")
    silent = [name for name in members_of(codebook) if name not in set(order["actor"])]
    if silent and len(order):
        who = list_names(silent, most=len(silent))
        lines.append(f"No statement on the war by {who}: no evidence, not neutrality.")
    split = positions[positions["conflict"].fillna(False).astype(bool)]
    if len(split):
        pairs = [f"{r.actor} on {codebook.call_issue(r.issue)}" for r in split.itertuples()]
        lines.append(f"Statements contradict each other about {list_names(pairs, most=6)}.")
    return lines
