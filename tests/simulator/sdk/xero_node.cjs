// xero-node against the simulator, as its README shows it. Prints what it got as JSON; test_xero_node.py judges it.
// Usage: node xero_node.cjs http://127.0.0.1:PORT CONTACT_ID
const http = require('node:http');
const https = require('node:https');

const target = new URL(process.argv[2]);
const contactID = process.argv[3];

// The SDK's addresses are constants of Xero's; whatever goes to one of them goes to the simulator instead.
https.request = (...given) => {
  const callback = given.find((each) => typeof each === 'function');
  const address = typeof given[0] === 'string' || given[0] instanceof URL ? new URL(given[0]) : null;
  const options = { ...(given.find((each) => typeof each === 'object' && !(each instanceof URL)) || {}) };
  const path = options.path || (address && address.pathname + address.search);
  const headers = { ...(options.headers || {}) };
  for (const name of Object.keys(headers)) if (name.toLowerCase() === 'host') delete headers[name];
  const own = { protocol: 'http:', hostname: target.hostname, host: target.hostname, port: target.port };
  return http.request({ method: options.method, path, headers, timeout: options.timeout, ...own }, callback);
};

const { XeroClient } = require('xero-node');

const RETURN_TO = 'https://app.example/callback';
const SCOPES = 'openid profile email offline_access accounting.invoices accounting.payments accounting.contacts'
  + ' accounting.settings accounting.attachments';

async function consent() {
  const xero = new XeroClient({
    clientId: 'demo-code-client', clientSecret: 'demo-code-secret', redirectUris: [RETURN_TO],
    scopes: SCOPES.split(' '), state: 'a-state',
  });
  await xero.initialize();
  const answer = await fetch(await xero.buildConsentUrl(), { redirect: 'manual' });
  const first = await xero.apiCallback(answer.headers.get('location'));
  const before = first.access_token;
  const access = JSON.parse(Buffer.from(before.split('.')[1], 'base64url'));
  const renewed = await xero.refreshToken();
  xero.accountingApi.basePath = `${target.origin}/api.xro/2.0`;
  const tenants = await xero.updateTenants();
  const seen = { email: first.claims().email, client: access.client_id, renewed: renewed.access_token !== before };
  return { xero, seen: { ...seen, tenant: tenants[0].tenantName, base: tenants[0].orgData.baseCurrency } };
}

async function writes(api, tenant) {
  const contact = await api.createContacts(tenant, { contacts: [{ name: 'Nordic Foods', accountNumber: 'NORD' }] });
  const item = await api.createItems(tenant, { items: [{ code: 'HIDE', name: 'Hides' }] });
  const lineItems = [{ description: 'Beef', quantity: 2, unitAmount: 1.2345, itemCode: 'BEEF-01', accountCode: '260' }];
  const row = { type: 'ACCREC', contact: { contactID }, invoiceNumber: 'INV-1', lineItems, status: 'AUTHORISED' };
  const dated = { ...row, date: '2026-11-19', dueDate: '2026-12-19' };
  const invoice = (await api.createInvoices(tenant, { invoices: [dated] }, false, 4)).body.invoices[0];
  const quotes = { quotes: [{ quoteNumber: 'Q-1', contact: { contactID }, date: '2026-11-19', lineItems }] };
  const quote = await api.createQuotes(tenant, quotes, false);
  await api.createInvoiceHistory(tenant, invoice.invoiceID, { historyRecords: [{ details: 'Checked' }] });
  const bytes = Buffer.from('cargo');
  const online = [tenant, invoice.invoiceID, 'bill.txt', bytes, true];
  const options = { headers: { 'Content-Type': 'text/plain' } };
  const file = await api.createInvoiceAttachmentByFileName(...online, undefined, options);
  await api.emailInvoice(tenant, invoice.invoiceID, {});
  const owed = { invoice: { invoiceID: invoice.invoiceID }, account: { code: '090' }, amount: invoice.amountDue };
  const payment = await api.createPayment(tenant, { ...owed, date: '2026-11-20' });
  return {
    contact: contact.body.contacts[0].accountNumber, item: item.body.items[0].code, tax: invoice.totalTax,
    unitAmount: invoice.lineItems[0].unitAmount, quote: quote.body.quotes[0].quoteNumber,
    file: file.body.attachments[0].includeOnline, paid: payment.body.payments[0].invoice.status,
  };
}

async function reads(api, tenant) {
  const found = await api.getInvoices(tenant, undefined, 'InvoiceNumber=="INV-1"', 'Date DESC', undefined, undefined,
    undefined, undefined, 1);
  const [row] = found.body.invoices;
  const contacts = await api.getContacts(tenant, undefined, 'Name.ToLower()=="nordic foods"');
  const quotes = await api.getQuotes(tenant, undefined, undefined, undefined, undefined, undefined, undefined,
    undefined, undefined, undefined, 'Q-1');
  return {
    status: row.status, sent: row.sentToContact, lines: row.lineItems.length, date: row.date,
    contacts: contacts.body.contacts.length, quotes: quotes.body.quotes.length,
    correlation: Boolean(found.response.headers['xero-correlation-id']),
  };
}

async function refused(api, tenant) {
  const row = { type: 'ACCREC', contact: { contactID }, invoiceNumber: 'INV-1', lineItems: [{ description: 'x' }] };
  try {
    await api.createInvoices(tenant, { invoices: [row] });
  } catch (error) {
    const told = JSON.parse(error).response;
    return { status: told.statusCode, message: told.body.Elements[0].ValidationErrors[0].Message };
  }
  return {};
}

async function custom() {
  const xero = new XeroClient({
    clientId: 'demo-custom-client', clientSecret: 'demo-custom-secret', grantType: 'client_credentials',
  });
  await xero.getClientCredentialsToken();
  xero.accountingApi.basePath = `${target.origin}/api.xro/2.0`;
  return (await xero.accountingApi.getOrganisations('')).body.organisations[0].name;
}

async function main() {
  const { xero, seen } = await consent();
  const api = xero.accountingApi;
  const tenant = xero.tenants[0].tenantId;
  const told = { seen, writes: await writes(api, tenant), reads: await reads(api, tenant) };
  console.log(JSON.stringify({ ...told, refused: await refused(api, tenant), custom: await custom() }));
}

main().catch((error) => { console.error(error); process.exit(1); });
