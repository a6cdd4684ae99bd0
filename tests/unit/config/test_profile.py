"""The company profile: what is accepted, and every fault with its line."""

from pathlib import Path

import pytest

from config.faults import ConfigurationError, Fault
from config.profile import load_profile, parse_profile
from mappers.model.company import Company, DocumentType, TriggerRule

ORGANISATION = "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11"
BEEF = f"""
[[company]]
id = "southern-beef"
organisation = "{ORGANISATION}"
trigger_statuses = ["ACCOUNTS INV CREATED"]
"""


def read(text: str, *connections: str) -> tuple[Company, ...]:
    """The companies of `text`, with the default connection configured."""
    return parse_profile(text, "profile.toml", {"default", *connections})


def faults(text: str, *connections: str) -> list[Fault]:
    """The faults of `text`; there must be some."""
    with pytest.raises(ConfigurationError) as caught:
        read(text, *connections)
    return list(caught.value.faults)


def test_a_company_needs_little_and_the_rest_has_the_contracts_defaults() -> None:
    (company,) = read(BEEF)
    assert (company.id, company.organisation, company.connection) == ("southern-beef", ORGANISATION, "default")
    assert (company.document, company.trigger) == (DocumentType.INVOICE, TriggerRule.STATUS)
    assert company.number_from == ("invoice_number", "shipment_number", "exporter_reference")


def test_the_contracts_own_example_is_accepted() -> None:
    (company,) = read(
        BEEF
        + """
connection = "default"
document = "invoice"
on_existing = "update"
document_status = "DRAFT"
trigger = "status"
customer_code = "buyer"
number_from = ["invoice_number", "shipment_number", "exporter_reference"]
reference_from = ["exporter_reference", "shipment_number"]
date_from = ["invoice_date", "date_of_issue", "created_date"]
exchange_rate = "optional"
exchange_rate_quoted = "foreign_per_base"
exchange_rate_tolerance = 0.25
incoterms_to = "reference"
line_amounts = "exclusive"
account_code = ""
tax_type = ""
"""
    )
    assert str(company.exchange_rate_tolerance) == "0.25"


def test_an_organisation_has_one_spelling() -> None:
    """A UUID in capitals would have a lane, a ledger of numbers and a quota of its own."""
    companies = read(BEEF + BEEF.replace("southern-beef", "southern-lamb").replace(ORGANISATION, ORGANISATION.upper()))
    assert {company.organisation for company in companies} == {ORGANISATION}


def test_two_companies_may_share_an_organisation() -> None:
    assert len(read(BEEF + BEEF.replace("southern-beef", "southern-lamb"))) == 2


def test_an_organisation_is_reached_by_one_connection() -> None:
    """Which of two counted would be chance: the spelling of the organisation does not hide it."""
    other = BEEF.replace("southern-beef", "southern-lamb").replace(ORGANISATION, ORGANISATION.upper())
    (fault,) = faults(BEEF + other + 'connection = "nz"\n', "nz")
    assert (fault.code, fault.place) == ("profile_connection_differs", "profile.toml:11")
    assert "'default' for 'southern-beef' on line 2" in fault.message


def test_one_connection_has_many_spellings() -> None:
    second = BEEF.replace("southern-beef", "southern-lamb") + 'connection = "tasman-NZ"\n'
    assert len(read(BEEF + 'connection = "Tasman_nz"\n' + second, "tasman_nz")) == 2


@pytest.mark.parametrize("name", ["../beef", "a/b", "a\\b", "", ".", "..", "a b", "a\u202eb"])
def test_an_id_can_be_no_part_of_another_path(name: str) -> None:
    """It stands in Kafka's keys and in the addresses of the API."""
    text = BEEF.replace('"southern-beef"', f"'{name}'")
    assert "profile_value_invalid" in [fault.code for fault in faults(text)]


def test_every_fault_is_named_at_once_with_its_line() -> None:
    found = faults(
        f"""
[[company]]
id = "southern beef"
organisation = "southern"
trigers = "status"
trigger_statuses = ["A", " a"]
number_from = ["invoice_number", "invoice_number"]
date_from = ["yesterday"]
document = "receipt"

[[company]]
id = "southern-beef"
organisation = "{ORGANISATION}"
document = "quote"
document_status = "AUTHORISED"
connection = "nobody"
  [company.product_aliases]
  "BEEF 1" = 7
  [[company.tracking]]
  category = "Region"
  choice = "Asia"

[[company]]
id = "southern-beef"
trigger = "sync_now_in_status"
"""
    )
    assert [(fault.place, fault.code) for fault in found] == [
        ("profile.toml:3", "profile_value_invalid"),
        ("profile.toml:4", "profile_value_invalid"),
        ("profile.toml:5", "profile_key_unknown"),
        ("profile.toml:6", "profile_value_invalid"),
        ("profile.toml:7", "profile_value_invalid"),
        ("profile.toml:8", "profile_value_invalid"),
        ("profile.toml:9", "profile_value_invalid"),
        ("profile.toml:11", "profile_value_invalid"),  # trigger_statuses is absent: the table's own line.
        ("profile.toml:15", "profile_value_invalid"),
        ("profile.toml:16", "profile_value_invalid"),
        ("profile.toml:18", "profile_value_invalid"),
        ("profile.toml:19", "profile_key_missing"),
        ("profile.toml:21", "profile_key_unknown"),
        ("profile.toml:23", "profile_value_invalid"),
        ("profile.toml:23", "profile_key_missing"),
        ("profile.toml:24", "profile_company_twice"),
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('trigger = "status"\ntrigger_statuses = []', "would never send anything"),
        ('trigger = "sync_now_in_status"\ntrigger_statuses = []', "would never send anything"),
        ('trigger_statuses = ["A", "a "]', "names 'a' twice"),
        ('trigger_statuses = [" "]', "holds an empty status"),
        ('trigger_statuses = ["A"]\ndocument = "quote"\ndocument_status = "SUBMITTED"', "not a status of a new quote"),
        ('trigger_statuses = ["A"]\ndocument_status = "SENT"', "not a status of a new invoice"),
        ('trigger_statuses = ["A"]\nnumber_from = []', "name at least one field"),
        ('trigger_statuses = ["A"]\nconnection = "Tasman-NZ"', "SHIPLEDGER_XERO__CONNECTIONS__TASMAN_NZ__CLIENT_ID"),
        ('trigger_statuses = ["A"]\ncustomer_codes = "buyer"', "did you mean customer_code?"),
        ('trigger_statuses = ["A"]\naccount_code = 200', "account_code: 200 is not accepted"),
    ],
)
def test_what_does_not_go_together_is_said(change: str, words: str) -> None:
    text = f'[[company]]\nid = "a"\norganisation = "{ORGANISATION}"\n{change}\n'
    assert [fault for fault in faults(text) if words in fault.message]


def test_a_charge_without_an_account_is_a_fault_on_its_line() -> None:
    (fault,) = faults(BEEF + '[company.charges]\nfreight = "260"\ninsurance = " "\n')
    assert (fault.place, fault.code) == (f"profile.toml:{len(BEEF.splitlines()) + 1}", "profile_value_invalid")
    assert "'insurance' has no account" in fault.message


def test_sync_now_alone_needs_no_statuses() -> None:
    read(f'[[company]]\nid = "a"\norganisation = "{ORGANISATION}"\ntrigger = "sync_now"\n')


def test_a_connections_name_is_as_its_variable_writes_it() -> None:
    (company,) = read(BEEF + 'connection = "Tasman-NZ"\n', "tasman_nz")
    assert company.connection == "tasman_nz"


def test_an_id_that_would_break_keys_and_addresses_is_refused() -> None:
    (fault,) = faults(BEEF.replace("southern-beef", "southern/beef"))
    assert (fault.place, "letters, digits" in fault.message) == ("profile.toml:3", True)


def test_a_syntax_fault_has_its_line() -> None:
    (fault,) = faults("[[company]]\nid = \n")
    assert (fault.code, fault.place) == ("profile_not_toml", "profile.toml:2")


@pytest.mark.parametrize("text", ["", "# nothing\n", "company = []\n", 'company = "beef"\n'])
def test_a_profile_without_companies_is_refused(text: str) -> None:
    assert [fault.code for fault in faults(text)] == ["profile_empty"]


def test_keys_outside_companies_are_refused() -> None:
    assert [(fault.code, fault.place) for fault in faults("x = 1\n" + BEEF)] == [
        ("profile_key_unknown", "profile.toml:1")
    ]


def test_lines_inside_long_strings_are_no_keys() -> None:
    text = f'{BEEF}description_template = """\ndocument = "receipt"\n[[company]]\n"""\ntax_typ = ""\n'
    assert [fault.place for fault in faults(text)] == ["profile.toml:10"]


def test_a_file_that_cannot_be_read_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="SHIPLEDGER_PROFILE") as caught:
        load_profile(tmp_path / "missing.toml", ["default"])
    assert str(tmp_path) in str(caught.value)


def test_the_demos_profile_is_in_order() -> None:
    profile = Path(__file__).parents[3] / "deploy" / "demo" / "profile.toml"
    assert [company.id for company in load_profile(profile, ["default"])] == ["southern-beef", "tasman-dairy"]


def test_who_is_told_of_what_waits_is_named_by_mail_addresses() -> None:
    (company,) = read(BEEF + 'notes_to = ["anna@beef.example", " bert+ledger@beef.example "]\n')
    assert company.notes_to == ("anna@beef.example", "bert+ledger@beef.example")
    found = faults(BEEF + 'notes_to = ["anna@beef.example", "bert", "Anna@beef.example"]\n')
    assert [each.place for each in found] == ["profile.toml:6", "profile.toml:6"]
    assert ["'bert' is not a mail address" in found[0].message, "twice" in found[1].message] == [True, True]
    assert "notes_to" in str(faults(BEEF + f"notes_to = {['a@b.example'] * 21}\n"))


def test_places_of_files_are_hosts_with_paths_and_folders() -> None:
    (company,) = read(BEEF + 'attachments_from = ["https://docs.example/inv/", " file:///srv/invoices "]\n')
    assert company.attachments_from == ("https://docs.example/inv/", "file:///srv/invoices")
    found = str(faults(BEEF + 'attachments_from = ["http://docs.example/", "file:///", "/srv", "https://a/?b"]\n'))
    for place in ("http://docs.example/", "file:///", "/srv", "https://a/?b"):
        assert repr(place) in found
    assert "attachments_from" in str(faults(BEEF + f"attachments_from = {['https://a.example'] * 51}\n"))
