"""Speaks to an OpenAI-compatible endpoint: one chat completion a call, limited in time and size; what goes wrong is a value, not raised."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx
from pydantic import BaseModel, ValidationError

from extract.llm.reply import schema

#: Bytes of one reply; a window's answer is a few thousand.
MOST_BYTES = 512 * 1024
#: A proxy of the environment is never asked for an endpoint on this machine.
OWN_MACHINE = ("all://localhost", "all://127.0.0.1", "all://[::1]")
_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
#: Answers that another try will not change.
_FOR_GOOD = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_UNPROCESSABLE = frozenset({HTTPStatus.BAD_REQUEST, 422})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``url``: the base, as in ``https://host/v1``; ``timeout``: seconds for a whole call."""

    url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    timeout: float = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """``tokens``: of prompt and reply together as the endpoint counts them, None where it does not say. ``whole``: not cut off."""

    text: str
    tokens: int | None
    whole: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """``reason``: one line without anything the endpoint wrote. ``for_good``: another try will not help.

    ``wait``: seconds that the endpoint asked for. ``may_have_cost``: it may have worked on it all the same.
    """

    reason: str
    for_good: bool = False
    wait: float | None = None
    may_have_cost: bool = False


class _Message(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    total_tokens: int | None = None


class _Completion(BaseModel):
    choices: list[_Choice]
    usage: _Usage | None = None


class Client:
    """For one event loop; closed by ``aclose``."""

    def __init__(self, endpoint: Endpoint) -> None:
        headers = {"accept-encoding": "identity", "user-agent": "groundrule"}  # a compressed reply could be a bomb
        if endpoint.api_key:
            headers["authorization"] = f"Bearer {endpoint.api_key}"
        self._endpoint = endpoint
        direct: dict[str, httpx.AsyncBaseTransport | None] = dict.fromkeys(OWN_MACHINE)
        self._http = httpx.AsyncClient(headers=headers, timeout=endpoint.timeout, follow_redirects=False, mounts=direct)
        self._options: dict[str, Any] = {"temperature": 0}
        self._limit_name = "max_tokens"
        self._schema = schema()

    async def aclose(self) -> None:
        await self._http.aclose()

    async def complete(self, messages: Sequence[Mapping[str, str]], most_tokens: int) -> Answer | Failure:
        """One call, and one more for each option that the endpoint turns out not to know: at most three in a run."""
        status, body = await self._posted(messages, most_tokens)
        while isinstance(body, bytes) and status in _UNPROCESSABLE and self._adapted(body):
            status, body = await self._posted(messages, most_tokens)
        if isinstance(body, Failure):
            return body
        return _answer(body) if status == HTTPStatus.OK else Failure(f"the endpoint answers with status {status}", status in _FOR_GOOD)

    async def _posted(self, messages: Sequence[Mapping[str, str]], most_tokens: int) -> tuple[int, bytes | Failure]:
        request = {
            "model": self._endpoint.model,
            "messages": list(messages),
            "response_format": {"type": "json_schema", "json_schema": {"name": "reply", "strict": True, "schema": self._schema}},
            self._limit_name: most_tokens,
            **self._options,
        }
        try:
            async with asyncio.timeout(self._endpoint.timeout):
                return await self._sent(json.dumps(request).encode())
        except (TimeoutError, httpx.TimeoutException):
            return 0, Failure(f"no answer within {self._endpoint.timeout:g} seconds", may_have_cost=True)
        except httpx.HTTPError as error:
            return 0, Failure(f"the endpoint cannot be reached or breaks off ({type(error).__name__})")

    async def _sent(self, body: bytes) -> tuple[int, bytes | Failure]:
        url, headers = f"{self._endpoint.url.rstrip('/')}/chat/completions", {"content-type": "application/json"}
        async with self._http.stream("POST", url, content=body, headers=headers) as response:
            if response.status_code in _BUSY:
                return response.status_code, Failure(f"the endpoint is busy (status {response.status_code})", wait=_wait(response))
            if response.headers.get("content-encoding", "identity") != "identity":
                return response.status_code, Failure("the endpoint compresses its replies although it was asked not to", for_good=True)
            data = bytearray()
            async for chunk in response.aiter_raw():
                data += chunk
                if len(data) > MOST_BYTES:
                    return response.status_code, Failure(f"the reply has more than {MOST_BYTES} bytes", may_have_cost=True)
            return response.status_code, bytes(data)

    def _adapted(self, body: bytes) -> bool:
        """Whether a refusal names an option that can be left out or called otherwise; some models take no temperature."""
        text = body.decode(errors="replace")
        if "temperature" in text and self._options.pop("temperature", None) is not None:
            return True
        if "max_completion_tokens" in text and self._limit_name == "max_tokens":
            self._limit_name = "max_completion_tokens"
            return True
        if ("maxLength" in text or "maxItems" in text) and self._schema != schema(limited=False):
            self._schema = schema(limited=False)
            return True
        return False


def _answer(body: bytes) -> Answer | Failure:
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError:
        return Failure("what the endpoint answers is no chat completion", may_have_cost=True)
    if not completion.choices:
        return Failure("the endpoint answers with no choice", may_have_cost=True)
    choice, used = completion.choices[0], completion.usage.total_tokens if completion.usage else None
    return Answer(choice.message.content or "", used if used is not None and used >= 0 else None, choice.finish_reason != "length")


def _wait(response: httpx.Response) -> float | None:
    """Seconds, from a number or a date; None where there is neither."""
    text = response.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return max((at.astimezone(UTC) - datetime.now(UTC)).total_seconds(), 0.0)
