// An auditor's own check of an event export, in plain Node, sharing nothing with the exchange but docs/audit.md.
//
//   node demo/verify_export.mjs EXPORT.jsonl KEYS.json CHECKPOINT [CHECKPOINT …]
//
// Recomputes every leaf from the line's own fields, the RFC 9162 tree over them, and compares its root with each
// signed checkpoint. Ends with 0 if everything agrees, 1 if anything does not, 2 if it was called wrongly.

import { createHash, createPublicKey, verify } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

class Fault extends Error {}

function require(holds, message) {
  if (!holds) throw new Fault(message);
}

const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};

// ---- the leaf ----------------------------------------------------------------------------------------------

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})Z$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function uuidBytes(text) {
  require(UUID.test(text), `not a UUID: ${text}`);
  return Buffer.from(text.replaceAll("-", ""), "hex");
}

function microseconds(text) {
  const parts = TIME.exec(text);
  require(parts, `not a time in UTC with microseconds: ${text}`);
  return BigInt(Date.parse(`${parts[1]}Z`)) * 1000n + BigInt(parts[2]);
}

function uint(bytes, value) {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

function entry(line) {
  const tenant = Buffer.from(line.tenant, "hex");
  require(tenant.length === 16, "the tenant is not 16 bytes");
  const position = Buffer.alloc(8);
  position.writeBigUInt64BE(BigInt(line.position));
  const recordedAt = Buffer.alloc(8);
  recordedAt.writeBigInt64BE(microseconds(line.recorded_at));
  const topic = Buffer.from(line.topic, "utf8");
  const state = Buffer.from(line.state, "base64");
  return Buffer.concat([
    tenant, position, uuidBytes(line.originator_id), uint(4, line.version), recordedAt,
    uuidBytes(line.command_id), uint(2, topic.length), topic, uint(4, state.length), state,
  ]);
}

// ---- the tree: one waiting hash a level, like carrying when counting in binary -------------------------------

class Tree {
  size = 0;
  waiting = [];

  append(leaf) {
    let node = leaf;
    let level = 0;
    for (let rest = this.size; rest % 2 === 1; rest = Math.floor(rest / 2), level += 1) {
      node = sha256(NODE, this.waiting[level], node);
      this.waiting[level] = null;
    }
    this.waiting[level] = node;
    this.size += 1;
  }

  root() {
    const peaks = this.waiting.filter(Boolean);
    return peaks.length ? peaks.reduce((smaller, larger) => sha256(NODE, larger, smaller)) : sha256();
  }
}

// ---- the checkpoints: C2SP tlog-checkpoint in a signed note ---------------------------------------------------

function readKeys(path) {
  const { keys } = JSON.parse(readFileSync(path, "utf8"));
  return keys
    .filter((key) => key.kty === "OKP" && key.crv === "Ed25519" && (key.kind ?? "checkpoint") === "checkpoint")
    .map(({ kty, crv, x }) => ({
      raw: Buffer.from(x, "base64url"),
      key: createPublicKey({ key: { kty, crv, x }, format: "jwk" }),
    }));
}

function readCheckpoint(path, keys) {
  const text = readFileSync(path, "utf8");
  const end = text.lastIndexOf("\n\n");
  require(end > 0, `${path}: not a signed note`);
  const body = text.slice(0, end + 1);
  const [origin, size, root] = body.split("\n");
  require(/^(0|[1-9][0-9]*)$/.test(size ?? ""), `${path}: no size`);
  const hash = Buffer.from(root ?? "", "base64");
  require(hash.length === 32 && hash.toString("base64") === root, `${path}: no root`);
  let trusted = false;
  for (const line of text.slice(end + 2).split("\n").filter(Boolean)) {
    const parts = /^— ([^\s+]+) ([A-Za-z0-9+/]+=*)$/u.exec(line);
    require(parts, `${path}: not a signature line: ${line}`);
    const blob = Buffer.from(parts[2], "base64");
    for (const { raw, key } of parts[1] === origin ? keys : []) {
      const id = sha256(origin, "\n", NODE, raw).subarray(0, 4);
      if (!id.equals(blob.subarray(0, 4))) continue;
      require(verify(null, Buffer.from(body), key, blob.subarray(4)), `${path}: the signature is wrong`);
      trusted = true;
    }
  }
  require(trusted, `${path}: signed by none of the keys`);
  return { path, origin, size: Number(size), root: hash };
}

// ---- the pass ------------------------------------------------------------------------------------------------

function compare(tree, checkpoint) {
  const agrees = tree.root().equals(checkpoint.root);
  require(agrees, `${checkpoint.path}: the export's root at ${checkpoint.size} is not the signed one`);
}

async function run(exportPath, keysPath, checkpointPaths) {
  const keys = readKeys(keysPath);
  const waiting = checkpointPaths.map((path) => readCheckpoint(path, keys)).sort((a, b) => a.size - b.size);
  const count = waiting.length;
  const tree = new Tree();
  const versions = new Map();
  let recordedAt = "";
  const meet = () => {
    while (waiting.length && waiting[0].size === tree.size) compare(tree, waiting.shift());
  };
  meet();
  for await (const text of createInterface({ input: createReadStream(exportPath), crlfDelay: Infinity })) {
    const line = JSON.parse(text);
    const where = `line ${tree.size + 1}`;
    require(line.position === tree.size + 1, `${where}: position ${line.position} stands there`);
    for (const { origin } of waiting) {
      require(origin === `points/${line.tenant}`, `${where}: of another log than ${origin}`);
    }
    const leaf = sha256(LEAF, entry(line));
    require(leaf.toString("hex") === line.leaf, `${where}: the leaf is not the hash of the fields`);
    const version = (versions.get(line.originator_id) ?? 0) + 1;
    require(line.version === version, `${where}: version ${line.version} where ${version} was due`);
    require(line.recorded_at >= recordedAt, `${where}: recorded before the line above it`);
    versions.set(line.originator_id, version);
    recordedAt = line.recorded_at;
    tree.append(leaf);
    meet();
  }
  const [first] = waiting;
  require(!first, `${first?.path}: signed for ${first?.size} events, the export ends after ${tree.size}`);
  return { events: tree.size, checkpoints: count, ok: true, root: tree.root().toString("base64") };
}

const [exportPath, keysPath, ...checkpointPaths] = process.argv.slice(2);
if (!checkpointPaths.length) {
  console.error("usage: node verify_export.mjs EXPORT.jsonl KEYS.json CHECKPOINT [CHECKPOINT …]");
  process.exit(2);
}
try {
  console.log(JSON.stringify(await run(exportPath, keysPath, checkpointPaths)));
} catch (error) {
  console.log(JSON.stringify({ ok: false, reason: error.message }));
  if (!(error instanceof Fault)) console.error(error.stack);
  process.exit(1);
}
