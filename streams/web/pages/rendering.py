"""Templates into pages. Everything that others wrote is escaped; nothing is loaded but our own style and script."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mappers.outbound import amount_in_words, document_status_in_words, status_in_words, trigger_in_words
from streams.web.pages import words

STATIC: Final = Path(__file__).with_name("static")
_TEMPLATES: Final = Path(__file__).with_name("templates")
MEDIA_TYPES: Final[Mapping[str, str]] = {
    "app.css": "text/css; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


class Assets:
    """Our style, script and icon, by names that change with their content."""

    def __init__(self) -> None:
        self.bodies = {name: (STATIC / name).read_bytes() for name in MEDIA_TYPES}
        self._versions = {name: sha256(body).hexdigest()[:12] for name, body in self.bodies.items()}

    def url(self, name: str) -> str:
        """Where the asset is; another content has another address, so a browser may keep it for ever."""
        return f"/static/{name}?v={self._versions[name]}"


class Rendering:
    """Renders templates."""

    def __init__(self, assets: Assets) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "amount": amount_in_words,
            "instant": words.instant,
            "segment": words.segment,
            "document_word": document_status_in_words,
            "status_word": status_in_words,
            "trigger_word": trigger_in_words,
            "prose": words.prose,
            "pretty_json": words.pretty_json,
        }
        self._environment.globals |= {"asset": assets.url, "icon_of": words.icon_of}

    def render(self, template: str, **values: Any) -> str:
        """The page."""
        return self._environment.get_template(template).render(values)


def company_path(company_id: str) -> str:
    """Where a company's pages are."""
    return f"/companies/{words.segment(company_id)}"
