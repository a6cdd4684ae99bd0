"""Thousands of records may have one name, or look alike: what is kept of them takes time by their number alone."""

from mappers.model.code_matching import MOST_ALIKE, RecordsByCode, with_similar_code
from mappers.model.master_data import Contact
from tests.cpu_time import least_milliseconds
from xero_client.master_data.store import MasterDataStore

MANY = 20_000


def cash_sales(first: int, count: int) -> list[Contact]:
    return [Contact(f"id-{first + each}", "Cash sale", None) for each in range(count)]


def test_contacts_of_one_name_are_kept_in_their_order() -> None:
    store = MasterDataStore()
    store.put_contacts(cash_sales(0, 3))
    store.put_contacts([Contact("id-1", "Cash", None), *cash_sales(3, 1)])
    names = store.snapshot().contacts_by_name
    assert [each.contact_id for each in names["cash sale"]] == ["id-0", "id-2", "id-3"]
    store.put_contacts([], complete=True)
    assert not store.snapshot().contacts_by_name


def test_thousands_of_contacts_of_one_name_are_put_in_and_taken_out_by_their_number() -> None:
    contacts = cash_sales(0, MANY)

    def put_and_take_out() -> None:
        store = MasterDataStore()
        store.put_contacts(contacts)
        store.put_contacts([], complete=True)

    assert least_milliseconds(put_and_take_out, tries=2) < 1000


def test_of_thousands_that_look_alike_a_person_is_shown_a_few() -> None:
    index = RecordsByCode({"\u200b" * each + "a": (str(each),) for each in range(1, 2000)})
    assert len(with_similar_code(index, "A")) == MOST_ALIKE
