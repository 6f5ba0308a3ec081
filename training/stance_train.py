"""Train the learned vote on coded passages.

    python training/stance_train.py EXAMPLES --out RUN [--leave W1 W2] [options]

EXAMPLES is what stance_data.py wrote; RUN/weights.pt gets the weights. Registers named after
--leave are not learnt but answered: RUN/answers.jsonl gets their examples with their logits.
"""

import argparse
import json
import random
from pathlib import Path
from typing import Any

import torch
from sentiment_net import MASK, TargetSentiment, load_base, load_tokenizer
from torch import Tensor
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence

from cstolib.stance.vote import BEFORE, OTHER

ISSUES = ("invasion", "troops", "basing", "recognition", "sanctions", "csto", "russia")
CLASSES = 4  # nothing said, -1, 0, +1
TOKENS = 127  # at most; those that are shown in use are fewer
NAMES = ("armenia", "kazakhstan", "georgia", "belarus")
HEAD = 10.0  # how much faster the head learns, which begins at nothing
EMPTY = 0.5  # share of the examples without a statement that each epoch draws
AVERAGE, EVERY = 0.95, 8  # of the running mean of the weights; steps


def new_net(layers: int, dropout: float, start: Path | None = None) -> TargetSentiment:
    """A net with the base weights, or those of `start` as far as they fit.

    The mark of another actor begins between names, that of the actor one sentence before as a mask.
    """
    net = TargetSentiment(dropout, layers=layers, tokens=TOKENS, classes=len(ISSUES) * CLASSES)
    load_base(net)
    own = net.state_dict()
    if start:
        known = torch.load(start).items()
        own |= {name: w for name, w in known if name in own and own[name].shape == w.shape}
    vocabulary = load_tokenizer().get_vocab()
    table = own["words.weight"]
    table[OTHER] = table[[vocabulary[name] for name in NAMES]].mean(0)
    table[BEFORE] = table[MASK]
    net.load_state_dict(own)
    return net


def parameter_groups(
    net: TargetSentiment, fixed: int, rate: float, decay: float
) -> list[dict[str, Any]]:
    """The head and the upper layers; each learns more slowly than the one above, by `decay`."""
    layers = len(net.layers)
    rates = {f"layers.{k}": rate * decay ** (layers - k) for k in range(fixed, layers)}
    return [
        {"params": [p], "lr": own, "weight_decay": 0.01 if p.ndim > 1 else 0.0}
        for part, own in {**rates, "head": HEAD * rate}.items()
        for p in net.get_submodule(part).parameters()
    ]


def read_lower(net: TargetSentiment, fixed: int, rows: list[dict[str, Any]]) -> list[Tensor]:
    """What the lower layers, which learn nothing, make of each row: worked out once."""
    net.eval()
    out = []
    with torch.no_grad():
        for row in rows:
            ids = torch.tensor([row["ids"]])
            out.append(net.read(ids, net.embed(ids), 0, fixed)[0])
    return out


def to_batch(rows: list[dict[str, Any]]) -> tuple[Tensor, Tensor]:
    """Padded ids and classes by issue."""
    ids = torch.zeros(len(rows), max(len(r["ids"]) for r in rows), dtype=torch.long)
    gold = torch.zeros(len(rows), len(ISSUES), dtype=torch.long)
    for k, row in enumerate(rows):
        ids[k, : len(row["ids"])] = torch.tensor(row["ids"])
        for issue, alignment in row["gold"].items():
            gold[k, ISSUES.index(issue)] = alignment + 2
    return ids, gold


def batches(rows: list[dict[str, Any]], size: int, rng: random.Random) -> list[Any]:
    """Batches of like length, in random order."""
    order = rows[:]
    rng.shuffle(order)
    out = []
    for i in range(0, len(order), size * 40):
        chunk = sorted(order[i : i + size * 40], key=lambda r: len(r["ids"]))
        out += [chunk[j : j + size] for j in range(0, len(chunk), size)]
    rng.shuffle(out)
    return out


def answer(net: TargetSentiment, rows: list[dict[str, Any]]) -> Tensor:
    """Logits (rows x issues x classes)."""
    net.eval()
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]["ids"]))
    out = torch.zeros(len(rows), len(ISSUES), CLASSES)
    with torch.inference_mode():
        for i in range(0, len(order), 32):
            part = order[i : i + 32]
            out[part] = net(to_batch([rows[j] for j in part])[0]).view(-1, len(ISSUES), CLASSES)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("examples", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--leave", nargs="*", default=[])
    parser.add_argument("--start", type=Path, help="weights to begin at")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--learn", type=int, default=3, help="layers that learn, the upper ones")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--rate", type=float, default=2.5e-4)
    parser.add_argument("--decay", type=float, default=0.85)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)  # every seed begins at the same head, so that weights can be averaged
    rng = random.Random(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    rows = [json.loads(line) for line in options.examples.open(encoding="utf-8")]
    rows = [row for row in rows if row["ids"]]
    held = [row for row in rows if row["register"] in options.leave]
    train = [row for row in rows if row["register"] not in options.leave]
    full, empty = ([row for row in train if bool(row["gold"]) == some] for some in (True, False))
    drawn = int(len(empty) * EMPTY)
    net = new_net(options.layers, options.dropout, options.start)
    torch.manual_seed(options.seed)
    fixed = options.layers - options.learn
    for row, lower in zip(train, read_lower(net, fixed, train), strict=True):
        row["lower"] = lower
    groups = parameter_groups(net, fixed, options.rate, options.decay)
    optimiser = torch.optim.AdamW(groups, fused=True)
    averaged = torch.optim.swa_utils.AveragedModel(
        net, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGE)
    )
    steps = options.epochs * ((len(full) + drawn) // options.batch + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min(1.0, (s + 1) / (0.1 * steps)) * max(0.02, (steps - s) / steps)
    )
    weights = torch.tensor([0.6, 1.0, 1.2, 1.0])
    print(len(train), "examples,", steps, "steps", flush=True)
    for epoch in range(options.epochs):
        net.train()
        lost = 0.0
        parts = batches(full + rng.sample(empty, drawn), options.batch, rng)
        for number, part in enumerate(parts):
            ids, gold = to_batch(part)
            x = pad_sequence([row["lower"] for row in part], batch_first=True)
            x = net.read(ids, net.drop(x), fixed, options.layers)
            logits = net.judge(ids, x).view(-1, CLASSES)
            loss = F.cross_entropy(logits, gold.view(-1), weight=weights, label_smoothing=0.02)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            lost += loss.item()
            if number % EVERY == 0:
                averaged.update_parameters(net)
        print(f"epoch {epoch + 1}, loss {lost / len(parts):.3f}", flush=True)
    net = averaged.module
    torch.save(net.state_dict(), options.out / "weights.pt")
    if held:
        with (options.out / "answers.jsonl").open("w", encoding="utf-8") as file:
            for row, logits in zip(held, answer(net, held).tolist(), strict=True):
                file.write(json.dumps({**row, "logits": logits}) + "\n")


if __name__ == "__main__":
    main()
