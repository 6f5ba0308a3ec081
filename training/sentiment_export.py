"""Write trained weights as one int8 ONNX file, with its tokenizer and settings.

    python training/sentiment_export.py --data BENCHMARK --weights RUN/epoch-2.pt … --out FOLDER

Several weights, from runs that began at the same ones, are averaged. `sentiment_calibrate.py`
comes next: it sets the temperature.

The graph is built by hand from operators that onnxruntime runs fused. Weights are 8-bit by
column; activations are scaled as each sentence runs, by their largest value. So that a few large
channels do not cost the others their precision, those of the hidden state hand part of their size
to the weights (SmoothQuant, Xiao et al. 2023), and those of the inner layer stay out of the 8 bits
(LLM.int8, Dettmers et al. 2022). Sizes are measured on training sentences.
"""

import argparse
import hashlib
import json
import random
import shutil
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from sentiment_data import read_targets
from sentiment_net import (
    BASE_SHA256,
    HEADS,
    MASK,
    MAX_TOKENS,
    TargetSentiment,
    average,
    base_folder,
    encode,
    load_tokenizer,
)

CONTRIB = "com.microsoft"
# Seven bits for what is multiplied: with eight, processors without VNNI overflow and score
# differently. The mean error of a logit is 0.029 with seven bits, 0.023 with eight.
LEVELS = 63
EPSILON = 1e-12
# Weight of the lexicon's log odds beside the encoder's: between 0.15 and 0.3 the surprise on the
# dev sets fell by 0.01 for each of seven encoders tried.
LEXICON_SHARE = 0.2
# Chosen on 150 training sentences: mean error of a logit 0.02, and 0.07 without both.
SMOOTH = {"qkv": 0.6, "out": 0.0, "up": 0.6}  # share of an outlier that moves to the weights
APART = 16  # inner channels, the largest of each layer, that stay in full precision


class Graph:
    """An ONNX graph in the making."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, values: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(values, order="C"), name))
        return name

    def add(self, kind: str, *inputs: str, domain: str = "", outputs: int = 1, **attributes):
        stem = f"{kind.lower()}_{len(self.nodes)}"
        names = [f"{stem}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names


def activation_peaks(model: TargetSentiment, examples: list[list[int]]) -> dict[str, torch.Tensor]:
    """The largest absolute value of each input channel of each linear layer."""
    peaks: dict[str, torch.Tensor] = {}
    hooks = []
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear) and name.startswith("layers."):

            def keep(_, inputs, name=name):
                seen = inputs[0].abs().amax(dim=(0, 1))
                peaks[name] = torch.maximum(peaks.get(name, seen), seen)

            hooks.append(module.register_forward_pre_hook(keep))
    with torch.inference_mode():
        for ids in examples:
            model(torch.tensor([ids]))
    for hook in hooks:
        hook.remove()
    return peaks


def quantise(weight: np.ndarray, axis: int, levels: int) -> tuple[np.ndarray, np.ndarray]:
    """8-bit integers and their scales; `axis` is the one that a scale spans."""
    scale = np.maximum(np.abs(weight).max(axis=axis, keepdims=True), 1e-8) / levels
    return np.round(weight / scale).astype(np.int8), scale.astype(np.float32)


def linear(graph: Graph, x: str, module, name: str, peak: torch.Tensor, share: float) -> str:
    """x @ weight + bias in 8 bits; `share` of the channels' size moves from x to the weights."""
    weight = module.weight.detach().T.numpy()  # inputs x outputs
    if share:
        size = np.maximum(peak.numpy(), 1e-5)
        factor = size**share / np.maximum(np.abs(weight).max(axis=1), 1e-5) ** (1 - share)
        factor = (factor / np.median(factor)).astype(np.float32)
        x = graph.add("Mul", x, graph.constant(f"{name}.smooth", 1 / factor))
        weight = weight * factor[:, None]
    return integer_matmul(graph, x, weight, module.bias.detach().numpy(), name)


def integer_matmul(graph: Graph, x: str, weight: np.ndarray, bias: np.ndarray, name: str) -> str:
    """x @ weight + bias, both in 8 bits."""
    numbers, scale = quantise(weight, 0, LEVELS)
    return graph.add(
        "DynamicQuantizeMatMul",
        x,
        graph.constant(f"{name}.weight", numbers),
        graph.constant(f"{name}.scale", scale[0]),
        "",
        graph.constant(f"{name}.bias", bias),
        domain=CONTRIB,
    )


def split_linear(graph: Graph, x: str, module, name: str, apart: int) -> str:
    """x @ weight + bias, the last `apart` channels of x in full precision, the others in 8 bits."""
    weight = module.weight.detach().T.numpy()
    sizes = graph.constant(f"{name}.parts", np.array([len(weight) - apart, apart]))
    most, few = graph.add("Split", x, sizes, axis=2, outputs=2)
    exact = graph.add("MatMul", few, graph.constant(f"{name}.exact", weight[-apart:]))
    bias = module.bias.detach().numpy()
    return graph.add("Add", integer_matmul(graph, most, weight[:-apart], bias, name), exact)


def outliers_last(model: TargetSentiment, peaks: dict[str, torch.Tensor]) -> None:
    """Order the inner channels of each layer by size, which changes no result."""
    for i, layer in enumerate(model.layers):
        order = torch.argsort(peaks[f"layers.{i}.down"], stable=True)
        layer.up.weight.data = layer.up.weight.data[order]
        layer.up.bias.data = layer.up.bias.data[order]
        layer.down.weight.data = layer.down.weight.data[:, order]


def build(model: TargetSentiment, peaks: dict[str, torch.Tensor]) -> onnx.ModelProto:
    """The model as int8 ONNX: ids (sentences x tokens, no padding) to logits (sentences x 3)."""
    graph = Graph()

    def floats(name: str, tensor: torch.Tensor) -> str:
        return graph.constant(name, tensor.detach().numpy().astype(np.float32))

    def norm(x: str, other: str, module, name: str) -> str:
        gain, shift = floats(f"{name}.gain", module.weight), floats(f"{name}.shift", module.bias)
        summed = graph.add("Add", x, other)  # SkipLayerNormalization was three times as slow
        return graph.add("LayerNormalization", summed, gain, shift, epsilon=EPSILON)

    target = graph.add("Equal", "ids", graph.constant("mask", np.array(MASK)))
    marked = graph.add("Cast", target, to=TensorProto.FLOAT)
    numbers, scale = quantise(model.words.weight.detach().numpy(), 1, 127)
    words = graph.add("Gather", graph.constant("words", numbers), "ids")
    words = graph.add("Cast", words, to=TensorProto.FLOAT)
    words = graph.add("Mul", words, graph.add("Gather", graph.constant("sizes", scale), "ids"))
    length = graph.add(
        "Slice",
        graph.add("Shape", "ids"),
        *(graph.constant(f"one.{name}", np.array([value])) for name, value in (("a", 1), ("b", 2))),
    )
    first = graph.constant("zero", np.array([0]))
    places = graph.add("Slice", floats("places", model.places.weight), first, length)
    kinds = graph.add("Cast", target, to=TensorProto.INT64)
    kinds = graph.add("Gather", floats("types", model.types.weight), kinds)
    x = norm(words, graph.add("Add", kinds, places), model.norm, "norm")
    for i, layer in enumerate(model.layers):
        stem = f"layers.{i}."

        def dense(x: str, name: str, stem=stem, layer=layer) -> str:
            module = getattr(layer, name)
            return linear(graph, x, module, stem + name, peaks[stem + name], SMOOTH[name])

        query, key, value = graph.add("Split", dense(x, "qkv"), axis=2, outputs=3, num_outputs=3)
        mixed = graph.add("MultiHeadAttention", query, key, value, domain=CONTRIB, num_heads=HEADS)
        x = norm(x, dense(mixed, "out"), layer.norm1, f"{stem}norm1")
        inner = graph.add("Gelu", dense(x, "up"), domain=CONTRIB)
        outer = split_linear(graph, inner, layer.down, f"{stem}down", APART)
        x = norm(x, outer, layer.norm2, f"{stem}norm2")
    axis = graph.constant("axis", np.array([1]))
    count = graph.add("ReduceSum", marked, axis, keepdims=1)
    weights = graph.add("Unsqueeze", marked, graph.constant("last", np.array([2])))
    total = graph.add("ReduceSum", graph.add("Mul", x, weights), axis, keepdims=0)
    at_least_one = graph.add("Max", count, graph.constant("unit", np.array(1, np.float32)))
    none = graph.add("Equal", count, graph.constant("nil", np.array(0, np.float32)))
    opening = graph.add("Gather", x, graph.constant("opening", np.array(0)), axis=1)
    focus = graph.add("Where", none, opening, graph.add("Div", total, at_least_one))
    mean = graph.add("ReduceMean", x, axis, keepdims=0)
    both = graph.add("Concat", focus, mean, axis=1)
    head = floats("head.weight", model.head.weight.T)
    logits = graph.add("Gemm", both, head, floats("head.bias", model.head.bias))
    graph.nodes[-1].output[0] = logits = "logits"
    size = ["sentences", model.head.out_features]
    made = helper.make_graph(
        graph.nodes,
        "target sentiment",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["sentences", "tokens"])],
        [helper.make_tensor_value_info(logits, TensorProto.FLOAT, size)],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid(CONTRIB, 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=9, producer_name="cstolib")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    model = TargetSentiment(0.0).eval()
    model.load_state_dict(average([torch.load(path) for path in options.weights]))

    tokenizer = load_tokenizer()
    texts, spans, _ = read_targets(options.data / "train.jsonl")
    chosen = random.Random(1).sample(range(len(texts)), 200)
    peaks = activation_peaks(model, [encode(tokenizer, texts[i], spans[i]) for i in chosen])
    outliers_last(model, peaks)
    onnx.save(build(model, peaks), options.out / "model.onnx")
    shutil.copy(base_folder() / "tokenizer.json", options.out / "tokenizer.json")
    settings = {
        "max_tokens": MAX_TOKENS,
        "temperature": 1.0,
        "lexicon_share": LEXICON_SHARE,
        "sha256": hashlib.sha256((options.out / "model.onnx").read_bytes()).hexdigest(),
        "base_sha256": BASE_SHA256,
        "versions": {module.__name__: module.__version__ for module in (torch, onnx, np)},
    }
    (options.out / "model.json").write_text(json.dumps(settings, indent=1) + "\n", "utf-8")
    print(f"{(options.out / 'model.onnx').stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
