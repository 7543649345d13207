"""Domain objects as JSON text and back, without loss; embeddings travel beside the text, as float32 blobs."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

import orjson
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.orjson import OrjsonConverter, make_converter

from domain.errors import Defect
from domain.record import Record
from domain.statement import Statement
from store.vectors import unpack

T = TypeVar("T")
V = TypeVar("V", Record, Statement)


@cache
def _converter() -> OrjsonConverter:
    """Fields at their default are left out: rows are smaller, and a field added later with a default changes no stored text.

    So a default of a domain class may be added but never changed: rows written before would change their meaning.
    """
    converter = make_converter(omit_if_default=True, detailed_validation=False)
    for kind in (Record, Statement):
        leave = override(omit=True)
        carry = override(struct_hook=lambda vector, _: vector)
        converter.register_unstructure_hook(kind, make_dict_unstructure_fn(kind, converter, _cattrs_omit_if_default=True, vector=leave))
        converter.register_structure_hook(
            kind, make_dict_structure_fn(kind, converter, _cattrs_detailed_validation=False, vector=carry)  # type: ignore[arg-type] # cattrs types a hook as one of Record, not of any class
        )
    return converter


def to_plain(value: object) -> dict[str, Any]:
    """A dict that JSON can hold; the vector of a Record or Statement is not in it."""
    plain: dict[str, Any] = _converter().unstructure(value)
    return plain


def from_plain(kind: type[T], plain: dict[str, Any]) -> T:
    """The inverse of to_plain; Defect where the dict is not of that shape."""
    try:
        return _converter().structure(plain, kind)
    except (KeyError, TypeError, ValueError) as error:
        raise Defect(f"a stored {kind.__name__} cannot be read: {error!r}") from error


def dump(value: object) -> str:
    """JSON with keys in the order of the fields, so that equal objects give equal text.

    Raises:
        Defect: where a string holds half of a surrogate pair, which no database stores.
    """
    try:
        return orjson.dumps(to_plain(value)).decode()
    except orjson.JSONEncodeError as error:
        raise Defect(f"a {type(value).__name__} cannot be stored: {error}") from error


def load(kind: type[T], text: str) -> T:
    plain: dict[str, Any] = orjson.loads(text)
    return from_plain(kind, plain)


def load_with_vector(kind: type[V], text: str, blob: bytes) -> V:
    """A Record or Statement with the embedding that was stored beside it."""
    plain: dict[str, Any] = orjson.loads(text)
    plain["vector"] = unpack(blob)
    return from_plain(kind, plain)
