"""Roles and companies, on the pages and in the API alike."""

from pathlib import Path

import pytest

from streams.projection.store import ProjectionStore
from streams.web.access import AccessFile, AccessFileError, Role
from tests.builders import make_event
from tests.outcome_builders import make_snapshot
from tests.unit.streams.web.conftest import OTHER_COMPANY, Client, Requests, Topic
from tests.unit.streams.web.pages.conftest import TOKENS, hash_of, signed_in

API = "/api/v1/companies/southern-beef"


def bearer(name: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKENS[name]}"}


@pytest.fixture(autouse=True)
def shipments(store: ProjectionStore) -> None:
    store.apply([], [make_snapshot(shipment_id="A"), make_snapshot(shipment_id="Z", company_id=OTHER_COMPANY)], {})


@pytest.mark.parametrize("path", ["/shipments/Z", "/shipments", "/attention", "/send?shipment=Z", "/activity", "/logs"])
async def test_a_company_that_is_not_yours_is_not_there(browser: Client, path: str) -> None:
    browser = await signed_in(browser, TOKENS["Sandra"])
    not_hers = await browser.get(f"/companies/{OTHER_COMPANY}{path}")
    unknown = await browser.get(f"/companies/northern-lumb{path}")
    assert (not_hers.status, unknown.status) == (404, 404)
    assert (await not_hers.text()).replace(OTHER_COMPANY, "northern-lumb") == await unknown.text()
    assert (await browser.get(f"/companies/southern-beef{path}".replace("/Z", "/A"))).status == 200


async def test_nor_is_it_in_what_people_did(browser: Client) -> None:
    browser = await signed_in(browser, TOKENS["Sandra"])
    for each in (OTHER_COMPANY, "northern-lumb"):
        assert (await browser.get(f"/activity?company={each}")).status == 404
    assert (await browser.get("/activity?company=southern-beef")).status == 200


async def test_the_api_obeys_the_access_file_too(anonymous: Client, requests: Requests) -> None:
    other = f"/api/v1/companies/{OTHER_COMPANY}/attention"
    assert (await anonymous.get(f"{API}/attention", headers=bearer("Vera"))).status == 200
    assert (await anonymous.get(other, headers=bearer("Vera"))).status == 404
    assert (await anonymous.get(other, headers=bearer("Olaf"))).status == 200
    body = {"shipments": ["A"]}
    refused = await anonymous.post(f"{API}/send-to-accounting", json=body, headers=bearer("Vera"))
    assert (refused.status, (await refused.json())["code"]) == (403, "not_allowed")
    assert requests.published == []
    assert (await anonymous.post(f"{API}/send-to-accounting", json=body, headers=bearer("Sandra"))).status == 202
    assert requests.published[0].requested_by == "Sandra"
    assert (await anonymous.post(f"{API}/shipments/A/explain", headers=bearer("Vera"))).status == 200


@pytest.mark.parametrize(
    ("name", "company", "status", "code"),
    [
        ("Vera", "southern-beef", 403, "not_allowed"),
        ("Sandra", "southern-beef", 202, None),
        ("Olaf", OTHER_COMPANY, 202, None),
        ("Sandra", OTHER_COMPANY, 404, "unknown_company"),
        ("Vera", OTHER_COMPANY, 404, "unknown_company"),
    ],
)
async def test_senders_and_operators_feed_the_companies_that_are_theirs(
    anonymous: Client, topic: Topic, name: str, company: str, status: int, code: str | None
) -> None:
    event = make_event(company_id=company)
    path = f"/api/v1/companies/{company}/status-changes"
    answer = await anonymous.post(path, json=event, headers=bearer(name))
    assert (answer.status, (await answer.json()).get("code")) == (status, code)
    assert [each.key.decode() for each in topic.events] == ([f"{company}/SHP-000123"] if status == 202 else [])


async def test_the_one_token_may_everything_as_before(client: Client, requests: Requests) -> None:
    assert (await client.post(f"{API}/send-to-accounting", json={"shipments": ["A"]})).status == 202
    assert requests.published[0].requested_by is None
    assert b"requested_by" not in requests.published[0].model_dump_json().encode()


def entry(name: str, token: str, *, role: str = "viewer", companies: str = '["southern-beef"]') -> str:
    return f'[[person]]\nname = "{name}"\ntoken_sha256 = "{hash_of(token)}"\nrole = "{role}"\ncompanies = {companies}\n'


def test_the_file_names_people_roles_and_companies(tmp_path: Path) -> None:
    path = tmp_path / "access.toml"
    path.write_text(entry("Anna", "a") + entry("Olaf", "o", role="operator", companies='["*"]'))
    people = AccessFile(path).people()
    anna, olaf = people[hash_of("a")], people[hash_of("o")]
    assert (anna.name, anna.role, anna.companies) == ("Anna", Role.VIEWER, frozenset({"southern-beef"}))
    assert (olaf.role, olaf.companies) == (Role.OPERATOR, None)


def test_a_change_of_the_file_counts_at_once_and_a_broken_one_lets_nobody_in(tmp_path: Path) -> None:
    path = tmp_path / "access.toml"
    path.write_text(entry("Anna", "a") + entry("Bert", "b"))
    file = AccessFile(path)
    path.write_text(entry("Bert", "b"))
    assert [each.name for each in file.people().values()] == ["Bert"]
    path.write_text("[[person]")
    assert file.people() == {}
    path.unlink()
    assert file.people() == {}
    path.write_text(entry("Cora", "c"))
    assert [each.name for each in file.people().values()] == ["Cora"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[person]", "not TOML"),
        ('[[person]]\nname = "A"\n', "person.0.token_sha256: Field required"),
        (entry("A", "a").replace("viewer", "boss"), "person.0.role"),
        (entry("A", "a") + entry("A", "b"), "name 'A' is there more than once"),
        (entry("A", "a") + entry("B", "a"), "token_sha256"),
        (entry("A\\u200b", "a"), "invisible"),
        (entry("A", "a", companies="[]"), "person.0.companies"),
        (entry("A", "a").replace(hash_of("a"), "secret-token"), "person.0.token_sha256"),
    ],
)
def test_every_fault_of_the_file_is_named_and_no_token_is(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "access.toml"
    path.write_text(text)
    with pytest.raises(AccessFileError, match=words.replace(".", r"\.")) as raised:
        AccessFile(path)
    assert "secret-token" not in str(raised.value)


def test_a_role_may_what_those_before_it_may() -> None:
    assert [[a.includes(b) for b in Role] for a in Role] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]
