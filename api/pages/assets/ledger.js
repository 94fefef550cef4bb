// Proves in this browser that an event stands in the signed ledger (RFC 6962 inclusion proof, C2SP checkpoint).
import { say } from './sentences.js';

const form = document.querySelector('[data-ledger]');
const result = document.querySelector('[data-result]');
const NODE = 1;

const fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

async function hashed(left, right) {
  const joined = new Uint8Array(1 + left.length + right.length);
  joined[0] = NODE;
  joined.set(left, 1);
  joined.set(right, 1 + left.length);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', joined));
}

export async function rootOf(index, size, leaf, path) {
  let node = index;
  let last = size - 1;
  let hash = leaf;
  for (const step of path) {
    if (last === 0) return null;
    if (node % 2 === 1 || node === last) {
      hash = await hashed(step, hash);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else {
      hash = await hashed(hash, step);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
}

// true: signed by a published key; false: not; null: this browser cannot tell.
async function signed(text) {
  const [body, lines] = text.split('\n\n');
  const keys = (await (await fetch('/v1/keys')).json()).keys.filter((key) => (key.kinds || []).includes('checkpoint'));
  try {
    for (const line of lines.trim().split('\n')) {
      const signature = fromBase64(line.split(' ')[2]).slice(4);
      for (const key of keys) {
        const raw = fromBase64(key.x.replace(/-/g, '+').replace(/_/g, '/'));
        const known = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
        const message = new TextEncoder().encode(`${body}\n`);
        if (await crypto.subtle.verify('Ed25519', known, signature, message)) return true;
      }
    }
    return false;
  } catch (error) {
    return null;
  }
}

async function prove(position) {
  const texts = [...document.querySelectorAll('[data-checkpoint]')].map((element) => element.textContent);
  const text = texts.find((one) => Number(one.split('\n')[1]) >= position);
  if (!text) return ['bad', say('ledger.not-yet')];
  const [, size, root] = text.split('\n');
  const answer = await fetch(`/v1/audit/events/${position}/proof?size=${size}`);
  if (!answer.ok) return ['bad', say('ledger.no-proof')];
  const proof = await answer.json();
  const found = await rootOf(position - 1, Number(size), fromHex(proof.leaf), proof.proof.map(fromHex));
  if (!found || !same(found, fromBase64(root))) return ['bad', say('ledger.wrong')];
  const trusted = await signed(text);
  if (trusted === false) return ['bad', say('ledger.unsigned')];
  return ['', say(trusted ? 'ledger.proved' : 'ledger.proved-unsigned', { position, size })];
}

async function run() {
  const position = Number(document.getElementById('position').value);
  if (!Number.isSafeInteger(position) || position < 1) return;
  result.hidden = false;
  result.className = 'panel told';
  result.textContent = say('ledger.working');
  const [fault, told] = await prove(position).catch(() => ['bad', say('ledger.no-proof')]);
  result.className = `panel told ${fault}`;
  result.textContent = told;
}

if (form) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    run();
  });
  if (document.getElementById('position').value) run();
}
