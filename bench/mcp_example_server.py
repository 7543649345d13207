"""What the conformance suite of MCP asks of its own example server, behind this service's door: guard, host checks, transport.

``python -m bench.mcp_example_server PORT``. What it says is the suite's and nothing of ours; how it is carried is ours.
"""

from __future__ import annotations

import base64
import sys
import tempfile
from pathlib import Path
from typing import Any

import uvicorn
from mcp import MCPError, types
from mcp.server.lowlevel import Server

from api import mcp_http
from api.app import create_app
from api.auth import Visit
from api.server import listening
from service.settings import Settings
from service.wiring import open_app

BYTES = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
TEXT = types.TextContent(text="This is a simple text response for testing.")
IMAGE = types.ImageContent(data=BYTES, mime_type="image/png")
AUDIO = types.AudioContent(data=BYTES, mime_type="audio/wav")
INPUT: dict[str, Any] = {"type": "object"}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {"address": {"type": "object", "properties": {"street": {"type": "string"}, "city": {"type": "string"}}}},
    "properties": {"name": {"type": "string"}, "address": {"$ref": "#/$defs/address"}},
    "additionalProperties": False,
}


def embedded(uri: str) -> types.EmbeddedResource:
    return types.EmbeddedResource(
        resource=types.TextResourceContents(uri=uri, mime_type="text/plain", text="This is an embedded resource content.")
    )


TOOLS: dict[str, types.CallToolResult] = {
    "test_simple_text": types.CallToolResult(content=[TEXT]),
    "test_image_content": types.CallToolResult(content=[IMAGE]),
    "test_audio_content": types.CallToolResult(content=[AUDIO]),
    "test_embedded_resource": types.CallToolResult(content=[embedded("test://embedded-resource")]),
    "test_multiple_content_types": types.CallToolResult(content=[TEXT, IMAGE, embedded("test://mixed-content-resource")]),
    "test_error_handling": types.CallToolResult(
        content=[types.TextContent(text="This tool intentionally returns an error for testing")], is_error=True
    ),
    "json_schema_2020_12_tool": types.CallToolResult(content=[TEXT]),
}
TEMPLATE = "test://template/{id}/data"
PROMPTS = {
    "test_simple_prompt": (),
    "test_prompt_with_arguments": ("arg1", "arg2"),
    "test_prompt_with_embedded_resource": ("resourceUri",),
    "test_prompt_with_image": (),
}


async def list_tools(*_: object) -> types.ListToolsResult:
    made = [(name, SCHEMA if name.startswith("json_schema") else INPUT) for name in TOOLS]
    return types.ListToolsResult(tools=[types.Tool(name=name, description=name, input_schema=schema) for name, schema in made])


async def call_tool(_: object, asked: types.CallToolRequestParams) -> types.CallToolResult:
    if asked.name not in TOOLS:
        raise MCPError(types.INVALID_PARAMS, "there is no such tool")
    return TOOLS[asked.name]


async def list_resources(*_: object) -> types.ListResourcesResult:
    return types.ListResourcesResult(resources=[types.Resource(name="static", uri="test://static-text", mime_type="text/plain")])


async def list_templates(*_: object) -> types.ListResourceTemplatesResult:
    return types.ListResourceTemplatesResult(resource_templates=[types.ResourceTemplate(name="template", uri_template=TEMPLATE)])


async def read_resource(_: object, asked: types.ReadResourceRequestParams) -> types.ReadResourceResult:
    if asked.uri == "test://static-binary":
        return types.ReadResourceResult(contents=[types.BlobResourceContents(uri=asked.uri, mime_type="image/png", blob=BYTES)])
    if asked.uri == "test://static-text":
        return types.ReadResourceResult(contents=[types.TextResourceContents(uri=asked.uri, mime_type="text/plain", text=TEXT.text)])
    wanted = asked.uri.removeprefix("test://template/").removesuffix("/data")
    text = f'{{"id": "{wanted}", "templateTest": true, "data": "Data for ID: {wanted}"}}'
    return types.ReadResourceResult(contents=[types.TextResourceContents(uri=asked.uri, mime_type="application/json", text=text)])


async def accept(*_: object) -> types.EmptyResult:
    return types.EmptyResult()


async def list_prompts(*_: object) -> types.ListPromptsResult:
    prompts = [
        types.Prompt(
            name=name, description=name, arguments=[types.PromptArgument(name=one, description=one, required=True) for one in given]
        )
        for name, given in PROMPTS.items()
    ]
    return types.ListPromptsResult(prompts=prompts)


async def get_prompt(_: object, asked: types.GetPromptRequestParams) -> types.GetPromptResult:
    given = asked.arguments or {}
    said = types.TextContent(text=f"Prompt with arguments: {', '.join(f'{name}={value!r}' for name, value in given.items())}")
    shown = {"test_prompt_with_embedded_resource": embedded(given.get("resourceUri", "")), "test_prompt_with_image": IMAGE}
    contents = [*([shown[asked.name]] if asked.name in shown else []), said]
    return types.GetPromptResult(messages=[types.PromptMessage(role="user", content=content) for content in contents])


async def complete(*_: object) -> types.CompleteResult:
    return types.CompleteResult(completion=types.Completion(values=["paris", "park", "party"], total=150, has_more=False))


def example_server(_: Visit) -> Server[Any]:
    return Server(
        "example",
        version="1",
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
        on_subscribe_resource=accept,
        on_unsubscribe_resource=accept,
        on_list_prompts=list_prompts,
        on_get_prompt=get_prompt,
        on_completion=complete,
        on_set_logging_level=accept,
    )


def main() -> None:
    mcp_http.server_for = example_server
    with (
        tempfile.TemporaryDirectory() as folder,
        listening("127.0.0.1", int(sys.argv[1])) as sock,
        open_app(Settings(data_dir=Path(folder))) as app,
    ):
        uvicorn.Server(uvicorn.Config(create_app(app, no_auth=True), log_config=None, access_log=False, lifespan="off")).run(sockets=[sock])


if __name__ == "__main__":
    main()
