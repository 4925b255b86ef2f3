// What the client makes of a chain's events, beside what `farthing watch --json` makes of them.

import assert from 'node:assert/strict';

const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Returns a value of the client's as the command line writes it. */
function plain(value) {
  if (typeof value === 'bigint' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  if (typeof value.type === 'string' && Object.keys(value).every((key) => ['type', 'value'].includes(key))) {
    return 'value' in value ? { [value.type]: plain(value.value) } : value.type;
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [snake(key), plain(one)]));
}

/** Returns what the command line wrote, with all numbers as texts. */
function texts(value) {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(texts);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, texts(one)]));
}

/** Checks that both tell the same of all blocks. Returns the names of the events; null if there is no command line. */
export async function sameAsWatched({ chain, farthing }) {
  const printed = await chain.run('watch', '--from', '0', '--once', '--json');
  if (printed === null) return null;
  const watched = printed.trim().split('\n').map((line) => JSON.parse(line));
  const told = [];
  const { best } = await farthing.chain.heads();
  for (let number = 0; number <= best.number; number++) {
    const events = await farthing.chain.eventsOf(await farthing.chain.hashOf(number));
    farthing.known.learnMade(events);
    for (const { contract, address, name, fields } of farthing.known.decodeAll(events)) told.push({ block: number, contract, address, event: name, fields: plain(fields) });
  }
  const seen = watched.map(({ block, contract, address, event, fields }) => ({ block, contract, address, event, fields: texts(fields) }));
  const addresses = new Set(seen.map(({ address }) => address));
  // The command line watches one deployment, and this library may know of others on the chain.
  const same = told.filter(({ address }) => addresses.has(address));
  assert.equal(same.length, seen.length);
  same.forEach((one, i) => assert.deepEqual(one, seen[i]));
  return new Set(seen.map(({ contract, event }) => `${contract}.${event}`));
}
