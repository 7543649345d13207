"""The network gives the vectors of the model it was built from, whatever else is in the batch."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from extract.minilm import MiniLm


@pytest.fixture(scope="module")
def model() -> MiniLm:
    return MiniLm(streams=1)


TEXTS = ["Every invoice above EUR 500 must carry a purchase order number.", "ok go ahead", "The lorry is late again, as it was on Monday."]


def test_vectors_have_unit_length(model: MiniLm) -> None:
    assert all(abs(float(np.linalg.norm(vector)) - 1.0) < 1e-3 for vector in model.encode(TEXTS))


def test_a_text_has_the_same_vector_alone_and_in_company(model: MiniLm) -> None:
    together = model.encode(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert float(np.dot(model.encode([text])[0], vector)) > 0.9999


def test_paraphrases_are_nearer_than_strangers(model: MiniLm) -> None:
    a, b, c = model.encode(
        ["Invoices need a PO number.", "A bill without purchase order number is returned.", "The canteen serves soup on Fridays."]
    )
    assert np.dot(a, b) > np.dot(a, c) + 0.2


def test_the_vectors_are_those_of_sentence_transformers() -> None:
    """In a process of its own, since this one must not load torch."""
    code = (
        "import os; os.environ['HF_HUB_OFFLINE'] = '1'\n"
        "import numpy as np\n"
        "from sentence_transformers import SentenceTransformer\n"
        "from extract.minilm import MiniLm, packaged_model\n"
        f"texts = {TEXTS!r}\n"
        "theirs = SentenceTransformer(str(packaged_model().weights.parent), device='cpu').encode(texts, normalize_embeddings=True)\n"
        "assert min(float(np.dot(a, b)) for a, b in zip(theirs, MiniLm(streams=1).encode(texts))) > 0.999\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
