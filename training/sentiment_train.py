"""Train the encoder on targets, and on relations, aspects and rated snippets.

    python training/sentiment_train.py --data BENCHMARK --out RUN [options]

Every epoch leaves RUN/epoch-N.pt (averaged weights) and a line in RUN/log.jsonl.
"""

import argparse
import json
import random
import time
from collections import Counter
from pathlib import Path

import torch
from sentiment_data import read_aspects, read_relations, read_snippets, read_targets
from sentiment_net import (
    LAYERS,
    TargetSentiment,
    average,
    encode,
    load_base,
    load_tokenizer,
)
from sklearn.metrics import accuracy_score, f1_score
from torch import Tensor
from torch.nn import functional as F

# Token ids, and the shares of the three classes, which sum to the weight of the example.
Example = tuple[list[int], list[float]]
SETS = ("dev_mt", "dev_rw")
SNIPPETS = 3500  # drawn from 19,503


def certain(label: int, smoothing: float, weight: float = 1.0) -> list[float]:
    """Shares of the classes where one label is known."""
    shares = [weight * smoothing / 3] * 3
    shares[label] += weight * (1 - smoothing)
    return shares


def target_examples(
    path: Path, tokenizer, smoothing: float = 0.0, several: float = 1.0
) -> list[Example]:
    """The rows of a NewsMTSC file, the target masked; those that share a sentence weigh more."""
    texts, spans, labels = read_targets(path)
    shared = Counter(texts)
    return [
        (
            encode(tokenizer, text, places),
            certain(label, smoothing, several if shared[text] > 1 else 1.0),
        )
        for text, places, label in zip(texts, spans, labels, strict=True)
    ]


def letters(text: str) -> str:
    """Its letters and digits only, in lower case: by them two texts are the same."""
    return "".join(c for c in text.lower() if c.isalnum())


def relation_examples(folder: Path, dev: set[str], tokenizer, rng: random.Random) -> list[Example]:
    """Each entity of which another holds an opinion; half of the holders, a fifth of the rest.

    What a sentence itself says of these last is not known: they weigh half, and count as neutral.
    Sentences of `dev` are left out.
    """
    examples = []
    texts, spans, classes = read_relations(folder)
    for i, (text, places, label) in enumerate(zip(texts, spans, classes, strict=True)):
        if letters(text) in dev:
            continue
        if label != 1:
            shares = certain(label, 0.1)
        elif not text[places[0][0]].isupper():
            continue
        elif classes[i ^ 1] != 1:  # of the other entity of the sentence
            if rng.random() >= 0.5:
                continue
            shares = [0.07, 0.36, 0.07]
        else:
            if rng.random() >= 0.2:
                continue
            shares = [0.05, 0.4, 0.05]
        examples.append((encode(tokenizer, text, places), shares))
    return examples


def aspect_examples(path: Path, tokenizer) -> list[Example]:
    """The aspects, at half the weight of a target: restaurants are not politics."""
    return [
        (encode(tokenizer, text, places), certain(label, 0.1, 0.5))
        for text, places, label in zip(*read_aspects(path), strict=True)
    ]


def snippet_examples(folder: Path, tokenizer, rng: random.Random) -> list[Example]:
    """Some of the rated snippets, nothing masked, with the shares of their raters."""
    texts, shares = read_snippets(folder, tweets=False)
    return [
        (encode(tokenizer, texts[i], []), shares[i].tolist())
        for i in rng.sample(range(len(texts)), SNIPPETS)
    ]


def to_batch(examples: list[Example]) -> tuple[Tensor, Tensor]:
    """Padded ids and gold probabilities."""
    ids = torch.zeros(len(examples), max(len(e[0]) for e in examples), dtype=torch.long)
    for row, (tokens, _) in enumerate(examples):
        ids[row, : len(tokens)] = torch.tensor(tokens)
    return ids, torch.tensor([gold for _, gold in examples])


def shuffled_batches(examples: list[Example], size: int, rng: random.Random) -> list[list[Example]]:
    """Batches of like length, in random order."""
    order = examples[:]
    rng.shuffle(order)
    batches = []
    for i in range(0, len(order), size * 50):
        chunk = sorted(order[i : i + size * 50], key=lambda e: len(e[0]))
        batches += [chunk[j : j + size] for j in range(0, len(chunk), size)]
    rng.shuffle(batches)
    return batches


def predict(model: TargetSentiment, examples: list[Example]) -> Tensor:
    """Logits in the order of `examples`."""
    model.eval()
    order = sorted(range(len(examples)), key=lambda i: len(examples[i][0]))
    logits = torch.zeros(len(examples), 3)
    with torch.inference_mode():
        for i in range(0, len(order), 32):
            part = order[i : i + 32]
            logits[part] = model(to_batch([examples[j] for j in part])[0])
    return logits


def measure(logits: Tensor, examples: list[Example]) -> dict[str, float]:
    """Macro-F1 and accuracy in percent, and the mean surprise."""
    gold = [max(range(3), key=lambda k: e[1][k]) for e in examples]
    guess = logits.argmax(1).tolist()
    macro = f1_score(gold, guess, average="macro")
    nll = F.cross_entropy(logits, torch.tensor(gold)).item()
    return {
        "f1": round(100 * macro, 2),
        "nll": round(nll, 4),
        "acc": round(100 * accuracy_score(gold, guess), 2),
    }


def parameter_groups(model: TargetSentiment, rate: float, decay: float, words: bool) -> list[dict]:
    """Lower layers learn more slowly: each by `decay` less than the one above it."""
    groups = []
    for name, parameter in model.named_parameters():
        if name == "words.weight" and not words:  # half of the weights, for few rows
            parameter.requires_grad_(False)
            continue
        if name.startswith("layers."):
            depth = LAYERS - int(name.split(".")[1])
        else:
            depth = 0 if name.startswith("head") else LAYERS + 1
        groups.append(
            {
                "params": [parameter],
                "lr": rate * decay**depth,
                "weight_decay": 0.01 if parameter.ndim > 1 else 0.0,
            }
        )
    return groups


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--relations", type=Path, help="folder; relations are learnt too")
    parser.add_argument("--snippets", type=Path, help="folder; whole snippets are learnt too")
    parser.add_argument("--aspects", type=Path, help="file; aspects are learnt too")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--start", type=Path, nargs="+", help="weights, their mean if several")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--decay", type=float, default=0.9)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--smoothing", type=float, default=0.1)
    parser.add_argument("--several", type=float, default=1.0, help="weight of shared sentences")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--attention-dropout", type=float, default=0.0)
    parser.add_argument("--average", type=float, default=0.95, help="of the running mean")
    parser.add_argument("--average-every", type=int, default=8, help="steps; each takes time")
    parser.add_argument("--train-words", action="store_true", help="word embeddings too")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer()
    model = TargetSentiment(options.dropout, options.attention_dropout)
    load_base(model)
    if options.start:
        model.load_state_dict(average([torch.load(path) for path in options.start]))
    train = target_examples(
        options.data / "train.jsonl", tokenizer, options.smoothing, options.several
    )
    if options.relations:
        texts = [text for name in SETS for text in read_targets(options.data / f"{name}.jsonl")[0]]
        train += relation_examples(options.relations, set(map(letters, texts)), tokenizer, rng)
    if options.aspects:
        train += aspect_examples(options.aspects, tokenizer)
    if options.snippets:
        train += snippet_examples(options.snippets, tokenizer, rng)
    dev = {name: target_examples(options.data / f"{name}.jsonl", tokenizer) for name in SETS}
    averaged = torch.optim.swa_utils.AveragedModel(
        model,
        multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(options.average),
    )
    optimiser = torch.optim.AdamW(
        parameter_groups(model, options.rate, options.decay, options.train_words), fused=True
    )
    total = options.epochs * (len(train) // options.batch + 2)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min(1.0, (s + 1) / (0.08 * total)) * max(0.02, (total - s) / total)
    )
    started, step = time.time(), 0
    for epoch in range(1, options.epochs + 1):
        model.train()
        batches = shuffled_batches(train, options.batch, rng)
        running = 0.0
        for number, batch in enumerate(batches, 1):
            ids, gold = to_batch(batch)
            logits = model(ids)
            loss = F.cross_entropy(logits, gold)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            step += 1
            if step % options.average_every == 0:
                averaged.update_parameters(model)
            running += loss.item()
            if number % 100 == 0:
                seconds = round(time.time() - started)
                print(epoch, number, len(batches), round(running / number, 4), seconds, flush=True)
        line: dict = {"epoch": epoch, "seconds": round(time.time() - started)}
        for label, net in (("last", model), ("averaged", averaged.module)):
            line[label] = {name: measure(predict(net, rows), rows) for name, rows in dev.items()}
        print(json.dumps(line), flush=True)
        with (options.out / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        torch.save(averaged.module.state_dict(), options.out / f"epoch-{epoch}.pt")
    (options.out / "options.json").write_text(json.dumps(vars(options), default=str, indent=1))


if __name__ == "__main__":
    main()
