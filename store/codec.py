"""Domain objects as JSON text and back, without loss; embeddings travel beside the text, as float32 blobs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeVar, get_args, get_origin

import orjson
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.orjson import OrjsonConverter, make_converter

from domain.errors import Defect
from domain.record import Record
from domain.statement import Statement
from store.vectors import unpack

T = TypeVar("T")
V = TypeVar("V", Record, Statement)

#: What JSON gives back as it was.
_PRIMITIVES = {str, int, float, bool}


@cache
def _converter() -> OrjsonConverter:
    """Fields at their default are left out: rows are smaller, and a field added later with a default changes no stored text.

    So a default of a domain class may be added but never changed: rows written before would change their meaning.
    """
    converter = make_converter(omit_if_default=True, detailed_validation=False)
    converter.register_structure_hook_factory(_is_tuple, partial(_tuple_hook, converter))
    for kind in (Record, Statement):
        leave = override(omit=True)
        carry = override(struct_hook=lambda vector, _: vector)
        converter.register_unstructure_hook(kind, make_dict_unstructure_fn(kind, converter, _cattrs_omit_if_default=True, vector=leave))
        converter.register_structure_hook(
            kind,
            make_dict_structure_fn(kind, converter, _cattrs_detailed_validation=False, vector=carry),
        )
    return converter


def _is_tuple(kind: Any) -> bool:
    return get_origin(kind) is tuple


def _tuple_hook(converter: OrjsonConverter, kind: Any) -> Callable[[Any, Any], Any]:
    """cattrs looks the parts' hook up for every part of every tuple; looked up once, reading a workspace takes half the time."""
    parts = set(get_args(kind)) - {Ellipsis}
    if parts <= _PRIMITIVES:
        return lambda values, _: tuple(values)
    (part,) = parts
    hook = converter.get_structure_hook(part)
    return lambda values, _: tuple([hook(value, part) for value in values])


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
