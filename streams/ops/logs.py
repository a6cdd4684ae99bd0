"""The log: one JSON object a line (or colours on a terminal), ours and the libraries' alike.

Our own lines carry a stable snake_case `event` and bound ids; a library's line is `library_line` with its text in
`message`. Nothing secret, no payloads: see `redaction`. Ours go to the stream without the standard library's logging:
its way costs five times as much, and there is a line for every request.
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
    handler = logging.StreamHandler(stream)
    make_safe: list[Processor] = [structlog.processors.format_exc_info, Redactor(options.secrets)]
    rendered = _rendered(options, stream)
    structlog.configure(
        processors=[*_shared(), *make_safe, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=LineLoggers(handler),
        cache_logger_on_first_use=False,
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_shared(), structlog.stdlib.ExtraAdder(allow=["suppressed"]), _library_line],
            processors=[*make_safe, structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    handler.addFilter(OncePerInterval(LIBRARIES, monotonic))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


class LineLogger:
    """Writes rendered lines to a handler's stream, each as a whole."""

    def __init__(self, name: str, handler: "logging.StreamHandler[TextIO]") -> None:
        self.name = name
        self._handler = handler

    def write(self, line: str) -> None:
        """Write the line. A log that cannot be written must not stop what it is about."""
        self._handler.acquire()
        try:
            self._handler.stream.write(f"{line}\n")
            self._handler.stream.flush()
        except (OSError, ValueError):
            pass
        finally:
            self._handler.release()

    debug = info = warning = error = critical = exception = write


class LineLoggers:
    """structlog's factory: one logger a name."""

    def __init__(self, handler: "logging.StreamHandler[TextIO]") -> None:
        self._handler = handler
        self._made: dict[str, LineLogger] = {}

    def __call__(self, name: str = "shipledger") -> LineLogger:
        """The logger of this name."""
        logger = self._made.get(name)
        if logger is None:
            logger = self._made[name] = LineLogger(name, self._handler)
        return logger


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


def _rendered(options: LogOptions, stream: TextIO) -> list[Processor]:
    console = options.format == "console" or (options.format == "auto" and stream.isatty())
    if not console:
        return [structlog.processors.JSONRenderer(serializer=_dumps)]
    colours = stream.isatty()
    plain = structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback)
    return [_traceback_indented, plain]


def _traceback_indented(_logger: WrappedLogger, _method: str, event: Event) -> Event:
    """Keep a traceback's lines apart from the log's: the message of an error may look like a line of its own."""
    if isinstance(text := event.get("exception"), str):
        event["exception"] = "\n".join(f"  | {line}" for line in text.split("\n"))
    return event


def _dumps(event: object, **_options: object) -> str:
    # The redactor has turned everything into JSON's own types, but a log line must not be able to fail.
    return orjson.dumps(event, default=str).decode()
