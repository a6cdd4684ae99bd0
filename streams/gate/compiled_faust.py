"""Whether Faust iterates its streams with its compiled iterator; without it the gate must not run."""

from faust import streams


class FaustNotCompiledError(Exception):
    """Faust runs without its compiled parts; the message says what to do."""


def require_compiled_faust() -> None:
    """Raise FaustNotCompiledError where Faust would iterate in pure Python.

    That iterator acknowledges the events that it skips (`Stream._py_aiter`): those of before a rebalance would be
    committed without having been read. The compiled one leaves them alone.
    """
    if getattr(streams, "_CStreamIterator", None) is None:  # Faust says it nowhere else.
        raise FaustNotCompiledError(
            "faust_not_compiled: this Faust has no compiled stream iterator, and the one in Python loses events at a "
            "rebalance. Unset NO_CYTHON if it is set; otherwise install faust-streaming from its wheel: "
            "pip install --force-reinstall --no-deps --only-binary :all: faust-streaming"
        )
