"""The log: JSON lines on stderr, with fields that were chosen and nothing else."""

from __future__ import annotations

import json
import logging
import logging.config
from datetime import UTC, datetime


class JsonLine(logging.Formatter):
    """Messages of ours are an event's name with ``extra={"fields": {...}}``. Of an error only the class is shown."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"at": at, "level": record.levelname.lower(), "logger": record.name, "event": record.getMessage()}
        line.update(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


def configure() -> None:
    """Once, when the server starts; uvicorn's own access log, which holds query strings, and MCP's, which holds
    headers and messages, stay off."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": {"()": JsonLine}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "json"}},
            "root": {"level": "WARNING", "handlers": ["stderr"]},
            "loggers": {
                "groundrule": {"level": "INFO"},
                "uvicorn": {"level": "WARNING"},
                "uvicorn.access": {"level": "CRITICAL", "propagate": False},
                "mcp": {"level": "CRITICAL", "propagate": False},
            },
        }
    )
