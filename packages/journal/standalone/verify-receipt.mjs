#!/usr/bin/env node
// Checks one Weighbridge receipt, offline, trusting nothing but what you give it: the public key of the log, or a policy
// file that names logs and witnesses. One file, no dependencies, any Node from 20 on. Read it before you run it.
//
//   node verify-receipt.mjs receipt.json --key 'org/live/node-1+1a2b3c4d+AQ…'
//   node verify-receipt.mjs receipt.json --policy policy.txt [--last checkpoint.txt] [--handovers FILE] [--json]
//
// A receipt is good when (1) the leaf, a few hundred bytes that commit to one entry of the log, hashes up the inclusion
// proof to the root of a checkpoint (RFC 6962); (2) the log's key signed that checkpoint (a signed note); (3) each group
// of the entry that the file discloses, hashed behind its salt, is the digest in the leaf; (4) in the envelope form, the
// log's key also signed the statement made of leaf and groups (DSSE); (5) with a policy, enough of its witnesses have
// cosigned the checkpoint (cosignature/v1). The formats are those of c2sp.org; this file shares no code with the product.
//
// A log's key may have been handed over to the next: statements that say so, each signed by both, are published by the log
// under /log/handovers and lie in its folder as log/handovers. With that file (--handovers) any key of the chain will do,
// the first too, and each is believed for the sizes at which it was the log's, and no others.
//
// It ends with 0: good. 3: not good. 6: good, but too few of the policy's witnesses have spoken. 2: used wrongly.
// What it does not show: that what was measured is right, or anything about what is not disclosed.
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

class Bad extends Error {} // The evidence is not good.
class Misused extends Error {} // What the verifier was given by its own user is not usable.

const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
/** Strict: encoding the result has to give the same text back. Null otherwise. */
const fromBase64 = (text, encoding = 'base64') => {
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text ? bytes : null;
};
const hasControls = (text, but) => Array.from(text).some((char) => char < ' ' && char !== but);
const isCount = (text) => /^(0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(Number(text));
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const asUtf8 = (bytes) => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Bad('it is not UTF-8');
  }
};

// --- keys (c2sp.org/signed-note): name+hash+base64(type ‖ key); 1 is an Ed25519 log key, 4 an Ed25519 witness key

const LOG = 1;
const WITNESS = 4;
const nameOk = (name) => name !== '' && name.isWellFormed() && !/[\p{White_Space}+\p{Cc}]/u.test(name);

/** `Wrong`: what it is when it is none, a slip of the user or, of a key that the evidence brings with it, bad evidence. */
function parseKey(vkey, type, Wrong = Misused) {
  const [name = '', hash = '', ...rest] = vkey.split('+');
  const typed = fromBase64(rest.join('+'));
  if (!nameOk(name) || !/^[0-9a-f]{8}$/.test(hash) || typed === null)
    throw new Wrong(`"${vkey.slice(0, 60)}" is not a public key of the form name+hash+base64`);
  const whose = type === LOG ? 'log' : 'witness';
  if (typed[0] !== type || typed.length !== 33)
    throw new Wrong(`the key of ${name} is not an Ed25519 key of a ${whose} (type ${type})`);
  if (sha256(`${name}\n`, typed).toString('hex', 0, 4) !== hash)
    throw new Wrong(`the hash in the key of ${name} is wrong`);
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), typed.subarray(1)]); // RFC 8410
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  const check = (message, signature) => signature.length === 64 && verifySignature(null, message, key, signature);
  return { name, hash, vkey, material: typed.toString('hex', 1), check };
}

// --- signed notes, checkpoints, cosignatures

function parseNote(note, what) {
  if (note.length > 1_000_000 || hasControls(note, '\n') || !note.isWellFormed())
    throw new Bad(`${what} holds control characters, or is too long`);
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n') || split + 2 >= note.length)
    throw new Bad(`${what} has no signatures, or is cut off`);
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > 100) throw new Bad(`${what} has more than 100 signatures`);
  const signatures = lines.map((line) => {
    const [dash, name = '', encoded = '', ...more] = line.split(' ');
    const bytes = fromBase64(encoded);
    if (dash !== '—' || more.length > 0 || !nameOk(name) || bytes === null || bytes.length < 5)
      throw new Bad(`a signature line of ${what} has not the form "— name base64"`);
    return { name, hash: bytes.toString('hex', 0, 4), signature: bytes.subarray(4) };
  });
  return { text: note.slice(0, split + 1), signatures };
}

/** Calls `each` for every signature of a known key; those of others are passed over. */
function forKnown({ signatures }, keys, each) {
  for (const { name, hash, signature } of signatures)
    for (const key of keys.filter((one) => one.name === name && one.hash === hash).slice(0, 1)) each(key, signature);
}

/** The checkpoint, once one of the log keys has signed it and none of them wrongly. */
function openCheckpoint(note, logs) {
  const parsed = parseNote(note, 'the checkpoint');
  const signers = [];
  forKnown(parsed, logs, (key, signature) => {
    if (!key.check(Buffer.from(parsed.text), signature)) throw new Bad(`the signature of ${key.name} does not verify`);
    signers.push(key);
  });
  const signed = parsed.signatures.map(({ name, hash }) => `${name}+${hash}`);
  const advice = 'If the log has handed over its key, give the whole of its log/handovers (--handovers)';
  if (signers.length === 0)
    throw new Bad(`the checkpoint is signed by another key than the one given: by ${signed.join(', ')}. ${advice}`);
  const [origin, size, root = '', ...extensions] = parsed.text.split('\n');
  const hash = fromBase64(root);
  if (origin === '' || !isCount(size) || hash?.length !== 32)
    throw new Bad('the checkpoint has not origin, size and root');
  if (extensions.at(-1) !== '' || extensions.slice(0, -1).includes(''))
    throw new Bad('the checkpoint has an empty line');
  const own = signers.filter(({ name }) => name === origin);
  if (own.length === 0) throw new Bad(`the checkpoint is of ${origin}, whose key is not the one given`);
  if (!own.some(({ over = -1, upTo = Infinity }) => Number(size) > over && Number(size) <= upTo))
    throw new Bad(`the checkpoint of ${size} entries is signed by a key that was not the log's at that size`);
  // Signatures in the log's name by keys that nobody introduced: they may be anybody's, so they are told, and decide nothing.
  const known = new Set(logs.map((key) => `${key.name}+${key.hash}`));
  const unknownKeys = [...new Set(signed)].filter((key) => key.startsWith(`${origin}+`) && !known.has(key));
  return { origin, size: Number(size), root: hash, note: parsed, unknownKeys };
}

// --- handovers of a log's key: statements that the old and the new key both sign, one after the other

const HANDOVER = 'weighbridge/log-key-handover/v1';

/** The chain of keys, each with the sizes at which it was the log's. */
function parseHandovers(text) {
  if (text === undefined || text === '') return [];
  const statements = text.split(new RegExp(`^(?=${HANDOVER}$)`, 'm'));
  if (text.length > 1024 * 1024 || statements.length > 1000) throw new Bad('there are too many handovers');
  const chain = [];
  for (const [at, statement] of statements.entries()) {
    const what = `handover ${at + 1} of ${statements.length}`;
    const note = parseNote(statement, what);
    const [header, origin, old = '', fresh = '', size = '', root = '', time = '', end, ...more] = note.text.split('\n');
    const shaped = header === HANDOVER && isCount(size) && isCount(time) && fromBase64(root)?.length === 32;
    if (!shaped || end !== '' || more.length > 0) throw new Bad(`${what} is malformed`);
    const [from, to] = [old, fresh].map((vkey) => parseKey(vkey, LOG, Bad));
    const signed = new Set();
    forKnown(note, [from, to], (key, signature) => {
      if (!key.check(Buffer.from(note.text), signature)) throw new Bad(`a signature on ${what} does not verify`);
      signed.add(key);
    });
    if (from.name !== origin || to.name !== origin || !signed.has(from) || !signed.has(to))
      throw new Bad(`${what} is not signed by both keys of one log`);
    const last = chain.at(-1);
    if (last === undefined) chain.push({ ...from, over: -1, upTo: Number(size) });
    else if (last.vkey !== from.vkey || last.over >= Number(size))
      throw new Bad(`${what} does not go on where the last ended: one is missing, or they are in another order`);
    else last.upTo = Number(size);
    if (chain.some(({ vkey }) => vkey === to.vkey)) throw new Bad(`${what} goes back to a key that was handed over`);
    chain.push({ ...to, over: Number(size), upTo: Infinity });
  }
  return chain;
}

/** Witness keys that cosigned, each with the time it stated in seconds. */
function cosigners(note, witnesses) {
  const found = new Map();
  forKnown(note, witnesses, (key, signature) => {
    const time = signature.length > 8 ? signature.readBigUInt64BE(0) : 0n;
    const said = Buffer.from(`cosignature/v1\ntime ${time}\n${note.text}`);
    if (time <= 0n || time > BigInt(Number.MAX_SAFE_INTEGER) || !key.check(said, signature.subarray(8)))
      throw new Bad(`the cosignature of ${key.name} does not verify`);
    found.set(key, Math.max(found.get(key) ?? 0, Number(time)));
  });
  return found;
}

// --- the policy file (c2sp.org/tlog-policy)

function parsePolicy(bytes) {
  if (bytes.length > 65_536) throw new Misused('the policy file is too long');
  const policy = { logs: [], witnesses: [], quorum: undefined };
  const defined = new Map();
  const members = new Set();
  const text = (octets) => {
    const raw = Buffer.from(octets, 'latin1').toString('utf8');
    return Buffer.from(raw, 'utf8').toString('latin1') === octets ? raw : octets;
  };
  for (const [at, line] of bytes.toString('latin1').split('\n').entries()) {
    const wrong = (why) => new Misused(`line ${at + 1} of the policy ${why}`);
    if (hasControls(line, '\t') || line.includes('\u007f')) throw wrong('holds a control character');
    const [keyword, ...rest] = line.split(/[ \t]+/).filter((word) => word !== '');
    if (keyword === undefined || keyword.startsWith('#')) continue;
    const known = (name) => {
      if (!defined.has(name)) throw wrong(`names "${text(name)}", which no line above it defines`);
      return defined.get(name);
    };
    const define = (name, quorum) => {
      if (name === 'none' || defined.has(name) || defined.size >= 256) throw wrong(`may not define "${text(name)}"`);
      defined.set(name, quorum);
    };
    const add = (list, key) => {
      if (list.some(({ material }) => material === key.material) || list.length >= 256)
        throw wrong('gives a key that an earlier line has already');
      list.push(key);
    };
    if (keyword === 'log' && (rest.length === 1 || rest.length === 2)) {
      add(policy.logs, parseKey(text(rest[0]), LOG));
    } else if (keyword === 'witness' && (rest.length === 2 || rest.length === 3)) {
      const key = { ...parseKey(text(rest[1]), WITNESS), label: text(rest[0]) };
      add(policy.witnesses, key);
      define(rest[0], { key });
    } else if (keyword === 'group' && rest.length >= 3) {
      const [name, count, ...names] = rest;
      const parts = names.map((member) => {
        if (members.has(member)) throw wrong(`counts "${text(member)}" a second time`);
        members.add(member);
        return known(member);
      });
      const k = count === 'all' ? names.length : count === 'any' ? 1 : Number(count);
      if (!/^(all|any|[1-9]\d{0,5})$/.test(count) || k > names.length)
        throw wrong(`cannot have ${count} of its members`);
      define(name, { k, parts });
    } else if (keyword === 'quorum' && rest.length === 1 && policy.quorum === undefined) {
      policy.quorum = rest[0] === 'none' ? { k: 0, parts: [] } : known(rest[0]);
    } else
      throw wrong('is none of: log VKEY [URL], witness NAME VKEY [URL], group NAME all|any|K NAME…, one quorum NAME');
  }
  if (policy.quorum === undefined) throw new Misused('the policy has no quorum line');
  return policy;
}

const isMet = ({ key, k, parts }, spoken) =>
  key === undefined ? parts.filter((part) => isMet(part, spoken)).length >= k : spoken.has(key);

// --- the receipt: plain, or an in-toto statement in a DSSE envelope; canonical JSON in either case, to the byte

const GROUPS = new Set(['commercial', 'personal', 'public']);
const PLAIN = 'weighbridge-receipt/v1';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** RFC 8785: keys sorted, no white space. */
function canonical(value) {
  if (typeof value === 'string' && !value.isWellFormed()) throw new Bad('it holds half a character');
  if (!isObject(value) && !Array.isArray(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${canonical(name)}:${canonical(value[name])}`).join(',')}}`;
}

function parseJson(text, what) {
  try {
    const value = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw new Bad(`${what} is not a JSON object`);
}

function checkGroupsForm(groups) {
  if (!isObject(groups)) throw new Bad('its groups are missing');
  for (const [name, group] of Object.entries(groups)) {
    const shaped = isObject(group) && typeof group.salt === 'string' && typeof group.text === 'string';
    if (!GROUPS.has(name) || !shaped || Object.keys(group).length !== 2)
      throw new Bad(`the group "${name}" is malformed`);
  }
}

function parseReceipt(text) {
  const file = parseJson(text, 'the receipt');
  const receipt = 'payload' in file ? parseEnvelope(file) : parsePlain(file);
  if (text.length > receipt.charsMost || `${receipt.written}\n` !== text)
    throw new Bad('it holds more than its form, or is written another way');
  return receipt;
}

function parsePlain({ format, groups, leaf, proof }) {
  if (format !== PLAIN || typeof leaf !== 'string' || typeof proof !== 'string') throw new Bad(`it is no ${PLAIN}`);
  checkGroupsForm(groups);
  return { leaf, groups, proof, written: canonical({ format, groups, leaf, proof }), charsMost: 4 * 1024 * 1024 };
}

function parseEnvelope({ payload: encoded, payloadType, signatures, tlog_proof: proof }) {
  const payload = typeof encoded === 'string' ? fromBase64(encoded) : null;
  if (payload === null || typeof proof !== 'string' || !Array.isArray(signatures) || signatures.length > 8)
    throw new Bad('payload, signatures or tlog_proof is missing or malformed');
  if (payloadType !== PAYLOAD_TYPE) throw new Bad(`its payload is not ${PAYLOAD_TYPE}`);
  const statement = asUtf8(payload);
  const { predicate } = parseJson(statement, 'the statement');
  if (!isObject(predicate) || typeof predicate.leaf !== 'string') throw new Bad('the statement is none of ours');
  const { leaf, groups } = predicate;
  checkGroupsForm(groups);
  const { id, kind } = parseJson(leaf, 'the leaf');
  if (typeof id !== 'string' || typeof kind !== 'string') throw new Bad('the leaf names no entry');
  // The statement may say nothing but what follows from leaf and groups.
  const expected = canonical({
    _type: 'https://in-toto.io/Statement/v1',
    predicate: { groups, leaf },
    predicateType: 'https://weighbridge.example/receipt/v1',
    subject: [{ digest: { sha256: sha256(leaf).toString('hex') }, name: `${kind}/${id}` }],
  });
  if (expected !== statement) throw new Bad('the statement says more, or else, than its entry');
  const parsed = signatures.map((signature) => {
    const bytes = isObject(signature) && typeof signature.sig === 'string' ? fromBase64(signature.sig) : null;
    if (bytes === null || typeof signature.keyid !== 'string')
      throw new Bad('a signature of the statement is malformed');
    return { keyid: signature.keyid, bytes, written: { keyid: signature.keyid, sig: signature.sig } };
  });
  const written = canonical({
    payload: encoded,
    payloadType,
    signatures: parsed.map((one) => one.written),
    tlog_proof: proof,
  });
  return { leaf, groups, proof, envelope: { payload, signatures: parsed }, written, charsMost: 8 * 1024 * 1024 };
}

/** DSSE: one of the log's keys signed the statement, and none of them wrongly. */
function checkEnvelope({ payload, signatures }, logs) {
  const message = Buffer.concat([
    Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `),
    payload,
  ]);
  let good = 0;
  for (const { keyid, bytes } of signatures) {
    const key = logs.find(({ name, hash }) => `${name}+${hash}` === keyid);
    if (key === undefined) continue;
    if (!key.check(message, bytes)) throw new Bad(`the signature of ${key.name} on the statement does not verify`);
    good += 1;
  }
  if (good === 0) throw new Bad('the statement is not signed by the log that its proof is of');
}

// --- the inclusion proof (c2sp.org/tlog-proof, RFC 6962 as verified in RFC 9162 §2.1.3.2)

function parseProof(text) {
  const split = text.indexOf('\n\n');
  const [header, indexLine = '', ...lines] = text.slice(0, Math.max(0, split)).split('\n');
  if (header !== 'c2sp.org/tlog-proof@v1') throw new Bad('the proof is no c2sp.org/tlog-proof@v1');
  const index = /^index (0|[1-9]\d{0,15})$/.exec(indexLine)?.[1];
  if (index === undefined || !Number.isSafeInteger(Number(index)))
    throw new Bad('the proof has no index, or extra data');
  if (lines.length > 63) throw new Bad('the proof has more than 63 hashes');
  const hashes = lines.map((line) => fromBase64(line));
  if (hashes.some((hash) => hash?.length !== 32)) throw new Bad('a line of the proof is not a SHA-256 hash');
  return { index: Number(index), hashes, checkpoint: text.slice(split + 2) };
}

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

function checkInclusion({ index, hashes }, { size, root }, leaf) {
  let at = BigInt(index);
  let last = BigInt(size) - 1n;
  if (at > last) throw new Bad(`entry ${index} is not in a log of ${size}`);
  let hash = sha256(LEAF, leaf);
  for (const step of hashes) {
    if (last === 0n) throw new Bad('the inclusion proof is too long');
    if ((at & 1n) === 1n || at === last) {
      hash = sha256(NODE, step, hash);
      while ((at & 1n) === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    } else {
      hash = sha256(NODE, hash, step);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  if (last !== 0n) throw new Bad('the inclusion proof is too short');
  if (!hash.equals(root)) throw new Bad('the inclusion proof does not lead to the signed root');
}

// --- the whole check

function checkLeaf(text) {
  const leaf = parseJson(text, 'the leaf');
  const { v, id, kind, at, by, groups } = leaf;
  const shaped = v === 1 && typeof id === 'string' && typeof kind === 'string' && typeof at === 'number';
  if (!shaped || typeof by !== 'object' || typeof groups !== 'object')
    throw new Bad('the leaf is no entry of a journal');
  return leaf;
}

function checkGroups(leaf, groups) {
  for (const [name, { salt, text }] of Object.entries(groups)) {
    const committed = leaf.groups?.[name];
    if (committed === undefined) throw new Bad(`the leaf has no ${name} group, but one is shown`);
    const bytes = fromBase64(salt, 'base64url');
    if (bytes === null || sha256(bytes, text).toString('base64url') !== committed)
      throw new Bad(`the ${name} group is not the one the leaf commits to: it was changed or swapped`);
  }
}

/** The keys of logs to believe. Those of a chain of handovers stand in for any one of them that was given. */
function trustedLogs(vkey, policy, handovers) {
  const listed = policy?.logs ?? [];
  const given = vkey === undefined ? listed : [parseKey(vkey, LOG)];
  if (given.length === 0) throw new Misused('no log is named, neither by a key nor in the policy');
  const chain = parseHandovers(handovers);
  const isChained = (key) => chain.some((link) => link.vkey === key.vkey);
  const namesakes = given.filter(({ name }) => name === chain[0]?.name);
  if (namesakes.length > 0 && !namesakes.some(isChained))
    throw new Bad('no handover names the key given: the file is cut off at its beginning, or is of another log');
  const logs = given.some(isChained) ? [...chain, ...given.filter((key) => !isChained(key))] : given;
  if (vkey !== undefined && listed.length > 0 && !listed.some((one) => logs.some((log) => log.vkey === one.vkey)))
    throw new Misused('the policy does not know the log of the key given');
  return logs;
}

/**
 * `file`: the bytes of the receipt. `vkey`: the log's public key; `policy`: the bytes of a policy file; one of them, or
 * both. `last`: a checkpoint remembered from before; `handovers`: of the log's key. Throws only for what its own user
 * gave it wrongly.
 */
export function verify(file, { vkey, policy: policyFile, last, handovers } = {}) {
  const policy = policyFile === undefined ? undefined : parsePolicy(policyFile);
  try {
    const logs = trustedLogs(vkey, policy, handovers);
    const receipt = parseReceipt(asUtf8(file));
    const proof = parseProof(receipt.proof);
    const checkpoint = openCheckpoint(proof.checkpoint, logs);
    const { origin, size, unknownKeys } = checkpoint;
    const own = logs.filter(({ name }) => name === origin);
    if (receipt.envelope !== undefined) checkEnvelope(receipt.envelope, own);
    checkInclusion(proof, checkpoint, Buffer.from(receipt.leaf));
    const leaf = checkLeaf(receipt.leaf);
    checkGroups(leaf, receipt.groups);
    const before = last === undefined ? undefined : openCheckpoint(last, logs);
    if (before?.origin === origin && before.size === size && !before.root.equals(checkpoint.root))
      throw new Bad(`two logs of ${size} entries were signed: the log was forked`);
    const spoken = policy === undefined ? new Map() : cosigners(checkpoint.note, policy.witnesses);
    const witnesses = [...spoken].map(([key, time]) => ({ name: key.label, at: new Date(time * 1000).toISOString() }));
    const groups = Object.fromEntries(Object.entries(receipt.groups).map(([name, { text }]) => [name, text]));
    const { id, kind, at } = leaf;
    const facts = { origin, size, index: proof.index, id, kind, at, witnesses, unknownKeys, groups };
    if (policy !== undefined && !isMet(policy.quorum, spoken))
      return { outcome: 'QUORUM_NOT_MET', problem: 'not enough witnesses of the policy have cosigned', ...facts };
    return { outcome: 'ok', ...facts };
  } catch (error) {
    if (error instanceof Bad) return { outcome: 'PROOF_INVALID', problem: error.message };
    throw error;
  }
}

// --- the command

const EXITS = { ok: 0, PROOF_INVALID: 3, QUORUM_NOT_MET: 6 };
const USAGE = 'node verify-receipt.mjs RECEIPT --key VKEY|--policy FILE [--last FILE] [--handovers FILE] [--json]\n';

function readArguments(words) {
  const given = { json: false };
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === '--json') given.json = true;
    else if (['--key', '--policy', '--last', '--handovers'].includes(word) && words[at + 1] !== undefined)
      given[word.slice(2)] = words[(at += 1)];
    else if (given.file === undefined && !word.startsWith('-')) given.file = word;
    else throw new Misused(`"${word}" is not understood`);
  }
  if (given.file === undefined || (given.key ?? given.policy) === undefined)
    throw new Misused('say which receipt, and --key VKEY or --policy FILE');
  return given;
}

function describe({ outcome, problem, origin, size, id, kind, at, witnesses, unknownKeys, groups }) {
  const verdict = { ok: 'Good.', PROOF_INVALID: 'NOT good:', QUORUM_NOT_MET: 'Good as far as it goes:' }[outcome];
  const lines = [`${verdict} ${problem ?? ''}`.trim()];
  if (id === undefined) return lines.join('\n');
  lines.push(
    `${kind} ${id} of ${new Date(at).toISOString()} was in the log of ${origin} when that held ${size} entries.`,
  );
  for (const { name, at: when } of witnesses) lines.push(`Cosigned by ${name} as of ${when}.`);
  const missing = 'the log may have handed over its key, and the file that says so (log/handovers) be missing';
  for (const key of unknownKeys) lines.push(`Signed also by an unknown key, ${key}: ${missing}.`);
  const shown = Object.entries(groups);
  lines.push(shown.length === 0 ? 'It discloses nothing of what the entry says.' : 'It says:');
  for (const [name, text] of shown) lines.push(`${name}: ${text}`);
  return lines.join('\n');
}

function main(words) {
  if (words.includes('--help')) return void process.stdout.write(USAGE); // Exit code 0, as the process has it.
  const { file, key, policy, last, handovers: shown, json } = readArguments(words);
  const handovers = shown === undefined ? undefined : readFileSync(shown, 'utf8');
  if (handovers === '') throw new Misused(`${shown} holds no handover of a log's key`);
  const result = verify(readFileSync(file), {
    ...(key === undefined ? {} : { vkey: key.trim() }),
    ...(policy === undefined ? {} : { policy: readFileSync(policy) }),
    ...(last === undefined ? {} : { last: readFileSync(last, 'utf8') }),
    ...(handovers === undefined ? {} : { handovers }),
  });
  process.stdout.write(`${json ? JSON.stringify(result, null, 2) : describe(result)}\n`);
  return EXITS[result.outcome];
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof Misused) && error.code === undefined) throw error;
    process.stderr.write(`${error.message}\n${error.code === undefined ? USAGE : ''}`);
    process.exitCode = 2;
  }
}
