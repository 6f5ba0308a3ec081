"""The model method: names are masked, company does not matter, gold is met."""

import hashlib
import json

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score

import cstolib as cs
from cstolib.sentiment import model
from cstolib.sentiment.model import model_probabilities
from cstolib.sentiment.score import PROBABILITIES

# Written for this test; @ is where the name goes.
SENTENCES = """@ has betrayed its allies again.
The minister accused @ of lying to the council about the attack.
Critics say @'s record on human rights is shameful and getting worse.
@ was praised for its generous help after the earthquake.
Observers welcomed the courage with which @ defended the small republic.
The talks with @ will go on in Geneva on Tuesday.
According to the statement, @ and its neighbours signed two protocols.
Without @, the rescue of the miners would have failed.
Nobody in the room trusted @ any more, a diplomat said.
The troops sent by @ shelled the village and killed four civilians.
@ refused to condemn the massacre, which angered the mourners.
A delegation from @ arrived in the capital on Friday.
The pact, dead for years, was saved by @ alone.
It was @ that broke the ceasefire, the monitors found.
@-led forces brought calm and food to the starving town.
The court found that @ had honoured every one of its obligations.
Sanctions against @ were extended by six months.
The editor called @ a bully, a coward and a thief.
Farmers on the border thanked @ for opening the market.
They discussed the timetable, the budget and the role of @.""".splitlines()
_NAMES = """Russia|Kazakhstan|Belarus|Armenia|Kyrgyzstan|Tajikistan|Ukraine|Azerbaijan|Georgia
China|Turkey|NATO|the United States|Vladimir Putin|Alexander Lukashenko|Kassym-Jomart Tokayev
Nikol Pashinyan|Sadyr Japarov|Emomali Rahmon|Volodymyr Zelensky"""
NAMES = _NAMES.replace("\n", "|").split("|")


def frame_with(name):
    starts = [text.index("@") for text in SENTENCES]
    texts = [text.replace("@", name) for text in SENTENCES]
    return pd.DataFrame({"text": texts, "start": starts, "end": [s + len(name) for s in starts]})


def labels(name, method):
    scored = cs.score_targets(frame_with(name), method=method)
    return scored[PROBABILITIES].to_numpy().argmax(axis=1)


@pytest.mark.parametrize("method", ["model", "lexicon"])
def test_a_name_does_not_decide(method):
    assert len(NAMES) == 20
    first = labels(NAMES[0], method)
    changed = [np.mean(labels(name, method) != first) for name in NAMES[1:]]
    assert max(changed) <= 0.02, dict(zip(NAMES[1:], changed, strict=True))


@pytest.mark.parametrize("method", ["model", "lexicon"])
def test_a_name_does_not_set_the_tone_of_its_sentence(method):
    def tones(name, *, told):
        frame = frame_with(name)
        table = frame.assign(article_id="a", passage=0, sentence=range(len(frame)), kind="body")
        found = table.assign(actor=name, surface=name, how="name", at=table["start"])
        table = table.assign(start=0, end=table["text"].str.len(), voice="author", language="en")
        mentions = found.assign(until=found["end"]) if told else None
        scores = cs.score_sentiment(table, mentions=mentions, method=method)
        return scores.query("unit == 'sentence'")[PROBABILITIES].to_numpy()

    assert (tones("Russia", told=True) == tones("Kazakhstan", told=True)).all()
    if method == "model":  # it has read of Russia before
        assert (tones("Russia", told=False) != tones("Kazakhstan", told=False)).any()


def test_the_mask_covers_the_whole_word():
    text = "Pro-Ruritanian and Ruritanian troops left."
    at = text.index("Ruritania")  # the mention ends inside the word
    frame = pd.DataFrame({"text": [text, text.replace("Ruritanian", "Elbonian")]})
    spans = [[(at, at + 9), (text.rindex("Ruritania"), text.rindex("Ruritania") + 9)]]
    other = frame["text"][1]
    spans.append([(other.index("Elbonia"), other.index("Elbonia") + 7)])
    spans[1].append((other.rindex("Elbonia"), other.rindex("Elbonia") + 7))
    one, two = model_probabilities(frame["text"].tolist(), spans)
    assert (one == two).all()


def test_a_mask_in_the_text_is_a_word_like_any_other():
    texts = ["They praised [MASK] and attacked Ruritania."] * 2
    at = texts[0].index("Ruritania")
    masked = model._encode_all(texts, [[(at, at + 9)], []])
    assert [ids.count(103) for ids in masked] == [1, 0]


def test_a_long_sentence_is_cut_around_its_target():
    words = ["Officials met and talked about the weather and the harvest."] * 40
    text = " ".join([*words, "Everybody hates the cruel and brutal Ruritania.", *words])
    at = text.index("Ruritania")
    ids = model._encode_all([text], [[(at, at + 9)]])[0]
    assert len(ids) == 96 and ids.count(103) == 1
    assert model_probabilities([text], [[(at, at + 9)]])[0].argmax() == 0


def test_scores_depend_neither_on_company_nor_on_threads():
    frame = frame_with("Ruritania")
    texts = frame["text"].tolist()
    spans = [[pair] for pair in zip(frame["start"], frame["end"], strict=True)]
    together = model_probabilities(texts, spans, threads=1)
    turned = model_probabilities(texts[::-1], spans[::-1], threads=4)[::-1]
    alone = np.stack([model_probabilities([t], [s])[0] for t, s in zip(texts, spans, strict=True)])
    assert (together == turned).all() and (together == alone).all()


def test_no_text_is_too_odd():
    found = model_probabilities(["", " ", "!", "☃☃", "a" * 3000], [[]] * 5)
    assert np.allclose(found.sum(axis=1), 1)
    assert model_probabilities([], []).shape == (0, 3)


@pytest.mark.parametrize(
    ("name", "label"),
    [(0, "negative"), (1, "negative"), (3, "positive"), (5, "neutral"), (17, "negative")],
)
def test_the_model_reads_plain_sentences(name, label):
    scored = cs.score_targets(frame_with("Ruritania").iloc[[name]])
    assert scored["label"].item() == label


def test_the_model_is_the_one_of_its_card():
    folder = model._folder()
    settings = json.loads((folder / "model.json").read_text("utf-8"))
    weights = (folder / "model.onnx").read_bytes()
    assert hashlib.sha256(weights).hexdigest() == settings["sha256"]
    assert len(weights) <= 25_000_000


def test_a_missing_model_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("CSTOLIB_SENTIMENT_MODEL", str(tmp_path))
    with pytest.raises(FileNotFoundError, match='use method="lexicon"'):
        model_probabilities(["It rained."], [[]])


@pytest.mark.parametrize(("name", "gate"), [("dev_mt", 0.745), ("dev_rw", 0.805)])
def test_model_on_the_dev_sets(shared, name, gate):
    path = shared / "benchmarks" / "sentiment" / f"{name}.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    spans = [[(int(r["from"]), int(r["to"]))] for r in rows]
    guess = model_probabilities([r["sentence"] for r in rows], spans).argmax(axis=1)
    assert f1_score([r["polarity"] + 1 for r in rows], guess, average="macro") >= gate
