/* `node program.js FOLDER serve PORT`, `node program.js FOLDER talk`: one side of PouchDB, with the packages of package.json.
   `talk` reads one JSON document a line and answers each with one, as `bench.peers.sides` asks. */
"use strict";
const fs = require("fs");
const path = require("path");
const readline = require("readline");
const here = require("module").createRequire(path.join(process.env.PEER_PACKAGES, "package.json"));
const PouchDB = here("pouchdb").defaults({ prefix: path.join(process.argv[2], path.sep) });

function serve(port) {
  const express = here("express");
  const app = express();
  const pouch = here("express-pouchdb")(PouchDB, { mode: "minimumForPouchDB" });
  app.use("/", pouch);
  app.listen(port, "127.0.0.1");
}

const lines = () => new PouchDB("lines");

async function write(file) {
  const docs = fs.readFileSync(file, "utf8").split("\n").filter(Boolean).map((line) => {
    const doc = JSON.parse(line);
    doc._id = String(doc.id).padStart(8, "0");
    return doc;
  });
  const database = lines();
  for (let start = 0; start < docs.length; start += 1000) await database.bulkDocs(docs.slice(start, start + 1000));
  return {};
}

async function push(address) {
  const begun = process.hrtime.bigint();
  const done = await lines().replicate.to(new PouchDB(address + "lines", { skip_setup: false }), { batch_size: 500, retry: true });
  if (done.errors.length) throw new Error(done.errors[0]);
  return { seconds: Number(process.hrtime.bigint() - begun) / 1e9 };
}

async function answer(asked) {
  if (asked.do === "write") return write(asked.file);
  if (asked.do === "push") return push(asked.address);
  return { count: (await lines().info()).doc_count };
}

async function talk() {
  for await (const text of readline.createInterface({ input: process.stdin })) {
    let said;
    try {
      said = await answer(JSON.parse(text));
    } catch (error) {
      said = { failed: String(error.message || error).slice(0, 300) };
    }
    process.stdout.write(JSON.stringify(said) + "\n");
  }
}

if (process.argv[3] === "serve") serve(Number(process.argv[4])); else talk();
