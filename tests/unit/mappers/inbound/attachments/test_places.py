"""Where files may come from: what the profile names, and nothing that only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.inbound.attachments import (
    FilePlace,
    UnusableReferenceError,
    WebPlace,
    is_allowed,
    place_of,
    reference_in,
    source_in,
)

WEB, FOLDER = "https://docs.example/invoices", "file:///srv/invoices"


@pytest.mark.parametrize(
    ("reference", "source"),
    [
        ("https://docs.example/invoices/a.pdf", WEB),
        ("https://docs.example/invoices/2026/a.pdf?sig=x%2Fy", WEB + "/"),
        ("https://DOCS.example:443/invoices/a.pdf", WEB),
        ("https://docs.example/a.pdf", "https://docs.example"),
        ("https://docs.example:8443/a.pdf", "https://docs.example:8443/"),
        ("file:///srv/invoices/2026/a%20b.pdf", FOLDER),
        ("file://localhost/srv/invoices/a.pdf", FOLDER + "/"),
        ("https://docs.example./a.pdf", "https://docs.example"),
        ("https://[::1]:8443/a.pdf", "https://[::1]:8443"),
    ],
)
def test_what_lies_in_a_place_is_allowed(reference: str, source: str) -> None:
    assert is_allowed(reference_in(reference), ["https://other.example", source])


@pytest.mark.parametrize(
    ("reference", "source"),
    [
        ("https://docs.example/invoices-of-others/a.pdf", WEB),
        ("https://docs.example/invoices", WEB),
        ("https://docs.example/invoices/", WEB),
        ("https://docs.example:8443/invoices/a.pdf", WEB),
        ("https://docs.example:80/invoices/a.pdf", WEB),
        ("https://a.example/invoices/a.pdf", WEB),
        ("https://docs.example.evil/invoices/a.pdf", WEB),
        ("https://sub.docs.example/invoices/a.pdf", WEB),
        ("file:///srv/invoices2/a.pdf", FOLDER),
        ("file:///etc/passwd", FOLDER),
        ("file:///srv/invoices/a.pdf", WEB),
        ("https://srv/invoices/a.pdf", FOLDER),
    ],
)
def test_what_lies_elsewhere_is_not(reference: str, source: str) -> None:
    assert not is_allowed(reference_in(reference), [source])


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "docs.example/a.pdf",
        "http://docs.example/a.pdf",
        "ftp://docs.example/a.pdf",
        "https:///a.pdf",
        "https://user:secret@docs.example/a.pdf",
        "https://docs.example@evil.example/a.pdf",
        "https://docs.example/invoices/../secret.pdf",
        "https://docs.example/invoices/%2e%2e/secret.pdf",
        "https://docs.example/invoices/..%2fsecret.pdf",
        "https://docs.example/invoices/..;/secret.pdf",
        "https://docs.example/invoices/..;x=1/secret.pdf",
        "https://docs.example/invoices/.;/a.pdf",
        "https://docs.example/invoices//a.pdf",
        "https://docs.example/a.pdf#page=2",
        "https://docs.example/a b.pdf",
        "https://docs.example\\@evil.example/a.pdf",
        "https://docs.example/%zz.pdf",
        "https://docs.example:99999/a.pdf",
        "https://docs.example:0/a.pdf",
        "https://d\u00f6cs.example/a.pdf",
        "file://server/share/a.pdf",
        "file:relative.pdf",
        "file:///srv/../etc/passwd",
        "file:///srv/%2e%2e/etc/passwd",
        "file:///srv/a%00.pdf",
        "file:///srv/a.pdf?x",
        "file:///srv/%ff.pdf",
        "https://docs.example/a.pdf#",
        "https://@docs.example/a.pdf",
        "https://docs.example/a%.pdf",
        "https://docs.example/a\x7f.pdf",
        "https://docs.example/" + "a" * 1980,
    ],
)
def test_what_has_no_plain_form_is_not_used(reference: str) -> None:
    with pytest.raises(UnusableReferenceError):
        reference_in(reference)


def test_a_reference_has_2000_characters_at_most() -> None:
    assert isinstance(reference_in("https://docs.example/" + "a" * 1979), WebPlace)


def test_a_folders_file_is_shown_as_it_is_opened() -> None:
    assert place_of("file:///srv/a%20b.pdf") == "file:///srv/a b.pdf"


def test_a_port_of_its_own_is_shown_and_that_of_https_is_not() -> None:
    for port in (":8443", ":80", ""):
        assert place_of(f"https://docs.example{port}/a.pdf") == f"https://docs.example{port}/a.pdf"
    assert place_of("https://docs.example:443/a.pdf") == "https://docs.example/a.pdf"


def test_the_secret_part_of_an_address_is_not_shown() -> None:
    place = reference_in("https://docs.example/a.pdf?X-Amz-Signature=secret")
    assert isinstance(place, WebPlace)
    assert place.address == "https://docs.example/a.pdf?X-Amz-Signature=secret"
    assert place.shown == place_of(place.address) == "https://docs.example/a.pdf"
    assert place_of("https://user:secret@docs.example/") == "its reference"


@pytest.mark.parametrize(
    "place", ["https://docs.example/a?b", "https://docs.example/a?", "file:///", "file://", "docs", "https://a/../b"]
)
def test_a_place_of_the_profile_is_plain_too(place: str) -> None:
    with pytest.raises(ValueError, match=r"is|has|begins"):
        source_in(place)


PART = st.text("abcXYZ019-_.~%/?@:\\ \u00e9", max_size=12)


@given(st.sampled_from(["https://", "file://", "https://docs.example", "file:///srv"]), PART, PART)
def test_nothing_leads_out_of_a_place(start: str, middle: str, end: str) -> None:
    """Whatever is allowed begins, in the very form in which it is asked for or opened, with the place."""
    try:
        place = reference_in(f"{start}{middle}/{end}")
    except UnusableReferenceError:
        return
    if is_allowed(place, ["https://docs.example/x", "file:///srv/x"]):
        path = place.path.split("/")
        assert ".." not in path
        assert "." not in path
        if isinstance(place, FilePlace):
            assert place.path.startswith("/srv/x/")
        else:
            assert place.address.startswith("https://docs.example/x/")
