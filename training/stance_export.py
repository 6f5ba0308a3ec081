"""Write the learned vote as one int8 ONNX file with its settings; stance_weigh.py adds weights.

    python training/stance_export.py EXAMPLES RUN/weights.pt OUT

The graph is the sentiment model's (sentiment_export.py), and so is the tokenizer.
"""

import hashlib
import json
import random
import sys
from pathlib import Path

import onnx
import torch
from sentiment_export import activation_peaks, build, outliers_last
from sentiment_net import BASE_SHA256
from stance_train import ISSUES, new_net


def main() -> None:
    examples, weights, out = map(Path, sys.argv[1:])
    out.mkdir(parents=True, exist_ok=True)
    state = torch.load(weights)
    layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
    net = new_net(layers, 0.0).eval()
    net.load_state_dict(state)
    rows = [json.loads(line)["ids"] for line in examples.open(encoding="utf-8")]
    chosen = random.Random(1).sample([ids for ids in rows if ids], 200)
    peaks = activation_peaks(net, chosen)
    outliers_last(net, peaks)
    onnx.save(build(net, peaks), out / "model.onnx")
    settings = {
        "heads": ISSUES,
        "sha256": hashlib.sha256((out / "model.onnx").read_bytes()).hexdigest(),
        "base_sha256": BASE_SHA256,
    }
    (out / "model.json").write_text(json.dumps(settings, indent=1) + "\n", "utf-8")
    print(f"{(out / 'model.onnx').stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
