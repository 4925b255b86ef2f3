// The same questions, several hundred, to the official node and to the development chain, on the same history.
// Answers are compared after what must differ has got a name. What else differs is in conformance/differences.json,
// each with a reason: a difference that is not there fails, and so does one that is there and is none.
//
// UPDATE_CLIENTS=1 writes that file anew; what is new in it has no reason yet, and still fails.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import test, { after, before } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { noDevchain, noOfficialNode, startDevchain, startOfficialNode } from './chain.mjs';
import { callsOn, malformed } from './conformance/calls.mjs';
import { examplesOn } from './conformance/examples.mjs';
import { ask as askOver, post } from './conformance/rpc.mjs';
import { frames, hear, readings, scenes } from './conformance/scenes.mjs';
import { World } from './conformance/world.mjs';

const file = new URL('conformance/differences.json', import.meta.url);
/** Longer answers are cut in the file. */
const SHOWN = 400;
const skip = noDevchain || noOfficialNode;

const chains = [];
let official;
let ours;

/** All that is asked of one chain, and what it answered. */
async function askAll(chain) {
  const world = await World.begin(chain.url);
  world.examples = await examplesOn(world);
  for (const [method, questions] of Object.entries(callsOn(world))) {
    for (const [label, params] of Object.entries(questions)) {
      const answer = await askOver(chain.url, method, params);
      // The name of an operation is any.
      if (method === 'transaction_v1_broadcast' && answer.result) answer.result = typeof answer.result;
      world.note(`${method}: ${label}`, answer);
    }
  }
  for (const [label, body] of Object.entries(malformed)) {
    world.note(`a body with ${label}`, await post(chain.url, body));
  }
  // A scene that breaks off has an answer, too: so far, and no further.
  const play = ([name, scene]) => scene(world, name).catch((error) => ({ brokeOff: error.message }));
  const together = Object.entries(frames);
  (await Promise.all(together.map(play))).forEach((answer, i) => world.note(together[i][0], answer));
  for (const one of Object.entries(readings)) world.note(one[0], await play(one));
  await hear(world);
  for (const one of Object.entries(scenes)) world.note(one[0], await play(one));
  await world.callBlocks();
  await world.end();
  return world.named();
}

/** Where two transcripts differ: the question, and what each answered, shortened. */
function differencesOf(official, ours) {
  return [...official]
    .filter(([question, answer]) => !isDeepStrictEqual(answer, ours.get(question)))
    .map(([question, answer]) => ({ question, ...shortened(answer, ours.get(question)) }));
}

/** From where they differ on, if they are long. */
function shortened(official, devchain) {
  const texts = [official, devchain].map((answer) => JSON.stringify(answer));
  let same = 0;
  while (texts[0][same] === texts[1][same]) same++;
  const from = Math.max(0, same - 40);
  const [one, other] = texts.map((text) => {
    if (text.length <= SHOWN) return text;
    return `${from > 0 ? '… ' : ''}${text.slice(from, from + SHOWN)}${from + SHOWN < text.length ? ' …' : ''}`;
  });
  return { official: one, devchain: other };
}

function update(found) {
  const known = new Map(JSON.parse(readFileSync(file)).map(({ question, why }) => [question, why]));
  const lines = found.map((one) => JSON.stringify({ why: known.get(one.question) ?? '', ...one }, null, 2));
  writeFileSync(file, `[\n${lines.join(',\n')}\n]\n`);
}

before(async () => {
  if (skip) return;
  chains.push(await startOfficialNode(), await startDevchain());
  [official, ours] = await Promise.all(chains.map(askAll));
  if (process.env.UPDATE_CLIENTS) update(differencesOf(official, ours));
});

after(() => chains.forEach((chain) => chain.stop()));

test('both chains are asked the same, several hundred questions', { skip }, () => {
  assert.ok(official.size >= 250, `There are only ${official.size} questions.`);
  assert.deepEqual([...ours.keys()], [...official.keys()]);
});

test('every method that the development chain has of the official node’s is asked', { skip }, () => {
  const text = JSON.stringify([...official.keys()]) + readFileSync(new URL('conformance/scenes.mjs', import.meta.url), 'utf8');
  const [theirs, have] = [official, ours].map((answers) => answers.get('rpc_methods: as it is').result.methods);
  const asked = (method) => text.includes(`"${method}: `) || text.includes(`'${method}'`);
  assert.deepEqual(have.filter((method) => theirs.includes(method) && !asked(method)), []);
});

test('answers are the same, or the difference is listed with its reason', { skip }, () => {
  const listed = JSON.parse(readFileSync(file));
  const unexplained = listed.filter(({ why }) => !/^[A-Z].*\.$/.test(why));
  assert.deepEqual(unexplained, [], 'differences without a reason');
  const found = differencesOf(official, ours);
  assert.deepEqual(found, listed.map(({ why, ...difference }) => difference));
});
