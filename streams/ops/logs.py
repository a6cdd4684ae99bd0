"""The log: one JSON object a line (or colours on a terminal), ours and the libraries' through one formatter.

Our own lines carry a stable snake_case `event` and bound ids; a library's line is `library_line` with its text in
`message`. Nothing secret, no payloads: see `redaction`.
"""

import logging
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Literal, TextIO

import orjson
import structlog
from structlog.typing import Processor, WrappedLogger

from streams.ops.log_limit import OncePerInterval
from streams.ops.redaction import Redactor

LIBRARIES = ("aiokafka", "faust", "mode")
LIBRARY_LINE = "library_line"

Event = MutableMapping[str, object]


@dataclass(frozen=True, slots=True)
class LogOptions:
    """How the log looks. `auto`: coloured console lines where the stream is a terminal, else JSON."""

    format: Literal["auto", "json", "console"] = "auto"
    level: str = "INFO"
    secrets: tuple[str, ...] = ()


def configure_logs(options: LogOptions, *, stream: TextIO, monotonic: Callable[[], float]) -> None:
    """Point structlog and the standard library's logging at `stream`. To be called once, by the composition root.

    Raises ValueError for a level that `logging` does not know.
    """
    level = logging.getLevelNamesMapping().get(options.level.upper())
    if level is None:
        raise ValueError(f"log level {options.level!r} is none of {', '.join(logging.getLevelNamesMapping())}")
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_handler(options, stream, monotonic)]
    root.setLevel(level)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def _handler(options: LogOptions, stream: TextIO, monotonic: Callable[[], float]) -> logging.Handler:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_shared(), structlog.stdlib.ExtraAdder(allow=["suppressed"]), _library_line],
            processors=[
                structlog.processors.format_exc_info,
                Redactor(options.secrets),
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(options, stream),
            ],
        )
    )
    handler.addFilter(OncePerInterval(LIBRARIES, monotonic))
    return handler


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _library_line(_logger: WrappedLogger, _method: str, event: Event) -> Event:
    """Move a library's free text out of `event`, which is for names that alerts and searches may rely on."""
    event["message"] = event.pop("event", "")
    event["event"] = LIBRARY_LINE
    return event


def _renderer(options: LogOptions, stream: TextIO) -> Processor:
    console = options.format == "console" or (options.format == "auto" and stream.isatty())
    if console:
        return structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.JSONRenderer(serializer=_dumps)


def _dumps(event: object, **_options: object) -> str:
    # The redactor has turned everything into JSON's own types, but a log line must not be able to fail.
    return orjson.dumps(event, default=str).decode()
