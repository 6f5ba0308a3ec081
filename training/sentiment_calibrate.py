"""Set the temperature of an exported model, and note how it was trained.

    CSTOLIB_SENTIMENT_MODEL=FOLDER python training/sentiment_calibrate.py --data BENCHMARK

The temperature is the one that makes the gold of the two dev sets most probable.
"""

import argparse
import json
import os
from pathlib import Path

import numpy as np
from sentiment_data import read_targets
from sklearn.metrics import f1_score

from cstolib.sentiment.model import model_probabilities


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    path = Path(os.environ["CSTOLIB_SENTIMENT_MODEL"]) / "model.json"
    settings = json.loads(path.read_text("utf-8"))
    raw, gold, reached = [], [], {}
    for name in ("dev_mt", "dev_rw"):
        texts, spans, labels = read_targets(options.data / f"{name}.jsonl")
        found = model_probabilities(texts, spans)
        macro = f1_score(labels, found.argmax(axis=1), average="macro")
        reached[name] = round(100 * float(macro), 1)
        raw.append(np.log(found) * settings["temperature"])
        gold.append(labels)
    logits, labels = np.concatenate(raw), np.concatenate(gold)

    def surprise(temperature: float) -> float:
        scaled = logits / temperature
        scaled -= np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return -float(scaled[np.arange(len(labels)), labels].mean())

    best = min(np.arange(0.5, 3.0, 0.02), key=surprise)
    settings |= {"temperature": round(float(best), 2), "macro_f1": reached}
    path.write_text(json.dumps(settings, indent=1) + "\n", "utf-8")
    print(reached, "temperature", settings["temperature"])


if __name__ == "__main__":
    main()
