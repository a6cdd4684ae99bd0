// Reads an AsyncAPI document with AsyncAPI's own parser and prints what it found, as JSON.
const fs = require("node:fs");
const { Parser } = require("@asyncapi/parser");

async function main() {
  const { document, diagnostics } = await new Parser().parse(fs.readFileSync(process.argv[2], "utf8"));
  const said = diagnostics.map(({ severity, code, message, path }) => ({ severity, code, message, at: path.join("/") }));
  const operations = document ? document.allOperations().all() : [];
  const seen = operations.map((each) => ({
    action: each.action(),
    topics: each.channels().all().map((channel) => channel.address()),
    messages: each.messages().all().map((message) => ({ payload: message.hasPayload(), headers: message.hasHeaders() })),
  }));
  console.log(JSON.stringify({ said, seen }));
}

main();
