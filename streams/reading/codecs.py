"""The compressions that senders may use, and whether they work in this process.

aiokafka reads lz4, snappy and zstd through cramjam, and raises in the reader, at every start, where that is missing.
"""

from collections.abc import Callable, Mapping

from aiokafka import codec as aiokafka_codec

from streams.reading.inflate import CODECS, Codec, inflate

_SAMPLE = bytes(range(256)) * 64
Encoders = Mapping[Codec, Callable[[bytes], bytes]]
_ENCODERS: Encoders = {
    Codec.GZIP: aiokafka_codec.gzip_encode,
    Codec.SNAPPY: aiokafka_codec.snappy_encode,
    Codec.LZ4: aiokafka_codec.lz4_encode,
    Codec.ZSTD: aiokafka_codec.zstd_encode,
}
CODEC_NAMES = tuple(codec.name.lower() for codec in CODECS)


class CodecsMissingError(Exception):
    """Records of a compression could not be read; the message says which, and what to install."""


def check_codecs(encoders: Encoders = _ENCODERS) -> None:
    """Write and read something with each. Raises CodecsMissingError."""
    found = {codec.name.lower(): _fault(codec, encoders[codec]) for codec in CODECS}
    if faults := {name: fault for name, fault in found.items() if fault}:
        raise CodecsMissingError(_in_words(faults))


def _in_words(faults: Mapping[str, str]) -> str:
    """One sentence for the operator."""
    listed = "; ".join(f"{name}: {fault}" for name, fault in faults.items())
    return (
        f"Records compressed so could not be read ({listed}). Operations: install the package cramjam, of the version "
        "that requirements/runtime.lock names, for this Python and processor."
    )


def _fault(codec: Codec, encode: Callable[[bytes], bytes]) -> str:
    """Whatever goes wrong is the finding: a library that is there may still not load, or be another's."""
    try:
        inflated = inflate(codec, encode(_SAMPLE), len(_SAMPLE))
    except Exception as error:  # noqa: BLE001  # As the docstring says.
        return f"{type(error).__name__}: {error}"
    return "" if inflated.fault is None and bytes(inflated.data) == _SAMPLE else "it does not give back what was put in"
