"""What samples refer to lies in the demo's own folder, which its profile allows."""

from pathlib import Path

import pytest

from config.profile import load_profile
from deploy.demo.files import SAMPLE_PLACE, files_in, laid
from deploy.demo.parts import PROFILE
from deploy.demo.samples import Publish, load
from mappers.inbound.attachments import is_allowed, reference_in, wanted_attachments
from mappers.inbound.status_change import StatusChange, read_event
from mappers.model.attachments import WantedAttachment


def test_every_file_of_a_sample_is_there_and_may_be_read(tmp_path: Path) -> None:
    profile = laid(PROFILE.read_text(encoding="utf-8"), tmp_path)
    companies = {each.id: each for each in load_profile(profile, ("default",))}
    found = []
    for sample in load(files=files_in(tmp_path)):
        for step in sample.steps:
            event = read_event(step.value, (), companies) if isinstance(step, Publish) else None
            for each in wanted_attachments(event.shipment) if isinstance(event, StatusChange) else ():
                assert isinstance(each, WantedAttachment)
                assert is_allowed(reference_in(each.reference), companies[sample.company].attachments_from)
                found.append(Path(each.reference.removeprefix("file://")))
    assert [each.parent for each in found] == [files_in(tmp_path)]
    assert found[0].read_bytes().startswith(b"%PDF-")


def test_the_table_of_a_pdf_says_where_each_object_begins(tmp_path: Path) -> None:
    laid(PROFILE.read_text(encoding="utf-8"), tmp_path)
    (content,) = (each.read_bytes() for each in files_in(tmp_path).iterdir())
    table = int(content.split(b"startxref\n")[1].split()[0])
    rows = content[table:].split(b"\n")[3:]
    begins = [int(row[:10]) for row in rows if row.endswith(b" n ")]
    assert [content[each:].split()[0] for each in begins] == [b"1", b"2", b"3", b"4", b"5"]


def test_a_profile_without_the_company_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="southern-beef"):
        laid("[[company]]\n", tmp_path)


def test_the_samples_name_a_place_that_is_no_folder_of_this_machine() -> None:
    text = "".join(step.value.decode() for each in load() for step in each.steps if isinstance(step, Publish))
    assert SAMPLE_PLACE in text
    assert not Path(SAMPLE_PLACE.removeprefix("file://")).exists()
