"""The templates. They are text of this module, so that a wheel has them like any other code."""

from typing import Final

_BASE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{% block title %}{% endblock %} · Xero simulator</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{{ pages }}/style.css">
</head>
<body>
<header><strong>Xero simulator</strong><nav aria-label="Pages"><a href="{{ pages }}">Organisations</a>
{% if organisation is defined %}
{% for name, path in [("Contacts", "contacts"), ("Items", "items"), ("Documents", "documents")] %}
<a href="{{ base }}/{{ path }}"{% if tab == path %} aria-current="page"{% endif %}>{{ name }}</a>
{% endfor %}
{% endif %}
</nav></header>
<main>{% block main %}{% endblock %}</main>
</body>
</html>
"""

_START = """{% extends "base" %}
{% block title %}Organisations{% endblock %}
{% block main %}
<h1>What is in Xero</h1>
<p>This stands in for Xero: what you change here, Shipledger meets as if somebody had changed it there.
Nothing leaves this machine.</p>
<ul class="cards">
{% for each in organisations %}
<li><a href="{{ pages }}/{{ each.tenant_id|urlencode }}/contacts"><strong>{{ each.name }}</strong><br>
<small>{{ each.base_currency }} · {{ each.tenant_id }}</small></a></li>
{% endfor %}
</ul>
{% endblock %}
"""

_REFUSED = """{% extends "base" %}
{% block title %}Not possible{% endblock %}
{% block main %}<h1>Not possible</h1><p>{{ message }}</p>
<p><a href="{{ pages }}">To the organisations</a></p>{% endblock %}
"""

_PARTS = """{% macro field(label, name, value="", type="text", id=name) %}
<div><label for="{{ id }}">{{ label }}</label>
<input id="{{ id }}" name="{{ name }}" type="{{ type }}" value="{{ value }}" maxlength="255" autocomplete="off"></div>
{% endmacro %}
{% macro press(row, act, word, of) %}
<form method="post" action="{{ base }}/{{ tab }}"><input type="hidden" name="id" value="{{ row.id }}">
<input type="hidden" name="q" value="{{ search }}">
<button name="act" value="{{ act }}">{{ word }}<span class="hidden"> {{ of }}</span></button></form>
{% endmacro %}
"""

_LIST = """{% extends "base" %}
{% from "parts" import field with context %}
{% block title %}{{ tab|capitalize }} · {{ organisation.name }}{% endblock %}
{% block main %}
<h1>{{ tab|capitalize }}</h1>
<p class="aside">{{ organisation.name }}, in {{ organisation.base_currency }}</p>
{% if wrong %}<p class="note wrong" role="alert">{{ wrong }}</p>{% endif %}
{% if done %}<p class="note" role="status">Done: {{ done }}. Shipledger finds out when it looks,
or when somebody presses Sync Now there.</p>{% endif %}
{% block create %}{% endblock %}
<form method="get" action="{{ base }}/{{ tab }}" role="search">{{ field("Search", "q", search, "search", "search") }}
<button>Search</button>{% if search %} <a href="{{ base }}/{{ tab }}">Show all</a>{% endif %}</form>
{% if not rows %}<p>{{ "Nothing found." if search else "Nothing yet." }}</p>
{% else %}
<div class="scroll" tabindex="0" role="region" aria-label="{{ tab|capitalize }}">
<table>{% block table %}{% endblock %}</table>
</div>
{% if more %}<p class="aside">{{ more }} older ones are not shown: search for them.</p>{% endif %}
{% endif %}
{% endblock %}
"""

_CONTACTS = """{% extends "list" %}
{% from "parts" import field, press with context %}
{% block create %}
<h2>New contact</h2>
<form method="post" action="{{ base }}/{{ tab }}">
{{ field("Name", "name", typed.text("name"), id="new-name") }}
{{ field("Account number", "account_number", typed.text("account_number"), id="new-account") }}
{{ field("Email", "email", typed.text("email"), "email", id="new-email") }}
<button class="main" name="act" value="create">Create contact</button></form>
<p class="aside">A shipment names its customer by the account number.</p>
{% endblock %}
{% block table %}
<caption class="hidden">Contacts, newest first</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Account number</th>
<th scope="col">Email</th><th scope="col">State</th>
<th scope="col">Change</th></tr></thead>
<tbody>
{% for row in rows %}
<tr{% if row.status != "ACTIVE" %} class="off"{% endif %}><th scope="row">{{ row.name }}</th>
<td>{{ row.account_number or dash }}</td>
<td>{{ row.email or dash }}</td><td>{{ row.status|capitalize }}</td>
<td>{% if row.status != "ACTIVE" %}{{ press(row, "restore", "Restore", row.name) }}{% else %}
<details><summary>Change<span class="hidden"> {{ row.name }}</span></summary>
<form method="post" action="{{ base }}/{{ tab }}"><input type="hidden" name="id" value="{{ row.id }}">
<input type="hidden" name="q" value="{{ search }}">
{{ field("Name", "name", row.name, id="name-" ~ loop.index) }}
{{ field("Account number", "account_number", row.account_number, id="account-" ~ loop.index) }}
{{ field("Email", "email", row.email, "email", id="email-" ~ loop.index) }}
<button name="act" value="rename">Save<span class="hidden"> {{ row.name }}</span></button></form>
{{ press(row, "archive", "Archive", row.name) }}</details>{% endif %}</td></tr>
{% endfor %}
</tbody>
{% endblock %}
"""

_ITEMS = """{% extends "list" %}
{% from "parts" import field, press with context %}
{% block create %}
<h2>New item</h2>
<form method="post" action="{{ base }}/{{ tab }}">
{{ field("Code", "code", typed.text("code"), id="new-code") }}
{{ field("Name", "name", typed.text("name"), id="new-name") }}
{{ field("Price", "price", typed.text("price"), id="new-price") }}
{{ field("Sales account", "account_code", typed.text("account_code") or "200", id="new-account") }}
<button class="main" name="act" value="create">Create item</button></form>
<p class="aside">A shipment names its products by the code.</p>
{% endblock %}
{% block table %}
<caption class="hidden">Items, newest first</caption>
<thead><tr><th scope="col">Code</th><th scope="col">Name</th><th scope="col" class="num">Price</th>
<th scope="col">Sales account</th><th scope="col">State</th><th scope="col">Change</th></tr></thead>
<tbody>
{% for row in rows %}
<tr{% if not row.is_sold %} class="off"{% endif %}><th scope="row">{{ row.code }}</th><td>{{ row.name or dash }}</td>
<td class="num">{{ row.price|amount or dash }}</td><td>{{ row.account_code or dash }}</td>
<td>{{ "Sold" if row.is_sold else "Not sold" }}</td>
<td><details><summary>Change<span class="hidden"> {{ row.code }}</span></summary>
<form method="post" action="{{ base }}/{{ tab }}"><input type="hidden" name="id" value="{{ row.id }}">
<input type="hidden" name="q" value="{{ search }}">
{{ field("Code", "code", row.code, id="code-" ~ loop.index) }}
{{ field("Name", "name", row.name, id="name-" ~ loop.index) }}
<button name="act" value="rename">Save<span class="hidden"> {{ row.code }}</span></button></form>
{% if row.is_sold %}{{ press(row, "archive", "Stop selling", row.code) }}
{% else %}{{ press(row, "restore", "Sell again", row.code) }}{% endif %}
{{ press(row, "delete", "Delete", row.code) }}</details></td></tr>
{% endfor %}
</tbody>
{% endblock %}
"""

_DOCUMENTS = """{% extends "list" %}
{% from "parts" import field, press with context %}
{% block table %}
<caption class="hidden">Invoices and quotes, newest first</caption>
<thead><tr><th scope="col">Number</th><th scope="col">Type</th><th scope="col">Customer</th><th scope="col">Date</th>
<th scope="col">Due</th><th scope="col">Reference</th>
<th scope="col" class="num">Total</th><th scope="col" class="num">To be paid</th>
<th scope="col">Status</th><th scope="col">Made by</th><th scope="col">Change</th></tr></thead>
<tbody>
{% for row in rows %}
<tr{% if row.status in ("VOIDED", "DELETED") %} class="off"{% endif %}><th scope="row">
{{ row.number }}{% for name in row.files %}<br>
<small>{{ name }}</small>{% endfor %}</th>
<td>{{ row.kind|capitalize }}</td><td>{{ row.customer }}</td><td class="day" data-label="of">{{ row.day|day }}</td>
<td class="day" data-label="due">{{ row.due|day or dash }}</td>
<td data-label="ref.">{{ row.reference or dash }}</td>
<td class="num" data-label="total">{{ row.total|amount }} {{ row.currency }}</td>
<td class="num" data-label="to be paid">{{ row.amount_due|amount }} {{ row.currency }}</td><td>{{ row.status }}</td>
<td data-label="by">{{ row.created_by }}</td>
<td>{% if not row.acts %}{{ dash }}{% else %}
<details><summary>Change<span class="hidden"> {{ row.number }}</span></summary>
{% if "edit" in row.acts %}
<form method="post" action="{{ base }}/{{ tab }}"><input type="hidden" name="id" value="{{ row.id }}">
<input type="hidden" name="q" value="{{ search }}">
{{ field("Reference", "reference", row.reference, id="reference-" ~ loop.index) }}
{{ field("Due date", "due", row.due|day, "date", id="due-" ~ loop.index) }}
<button name="act" value="edit">Save<span class="hidden"> {{ row.number }}</span></button></form>
{% endif %}
{% if "pay" in row.acts %}
<form method="post" action="{{ base }}/{{ tab }}"><input type="hidden" name="id" value="{{ row.id }}">
<input type="hidden" name="q" value="{{ search }}">
{{ field("Amount in " ~ row.currency, "amount", row.amount_due, id="amount-" ~ loop.index) }}
<button name="act" value="pay">Pay<span class="hidden"> {{ row.number }}</span></button></form>
{% endif %}
{% for act, word in [("approve", "Approve"), ("send", "Mark as sent"), ("accept", "Mark as accepted"),
("unpay", "Take payments back"), ("void", "Void"), ("delete", "Delete")] %}
{% if act in row.acts %}{{ press(row, act, word, row.number) }}{% endif %}
{% endfor %}
</details>{% endif %}</td></tr>
{% endfor %}
</tbody>
{% endblock %}
"""

TEMPLATES: Final = {
    "base": _BASE,
    "parts": _PARTS,
    "start": _START,
    "refused": _REFUSED,
    "list": _LIST,
    "contacts": _CONTACTS,
    "items": _ITEMS,
    "documents": _DOCUMENTS,
}
