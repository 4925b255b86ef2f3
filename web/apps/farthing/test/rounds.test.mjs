// Matching rounds with a verifier, in Chromium: lists of donors, objections, sponsors who leave, the division.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { terms } from '@farthing/client';
import { sameAsWatched } from '../../../test-support/watched.mjs';
import { alice, bob, charlie, dave, eve, openStage, skip } from './stage.mjs';

const onPage = (name, what) => test(name, { skip, timeout: 90_000 }, what);
const LIST = 'The list, an account each line, as it was published';
let stage;
let farthing;
let round;
const pools = {};

before(async () => {
  if (skip) return;
  stage = await openStage();
  ({ farthing } = stage);
  for (const [title, account] of [['Trees', dave], ['Weeds', eve]]) {
    const plan = async (own) => own.pools.create(terms(title, [{ account: account.address, parts: 1_000_000 }]));
    await stage.does(alice, plan);
  }
  for (const { listed, summary } of (await farthing.pools.page()).pools) pools[summary.terms.title] = listed.account;
});

after(() => stage?.end());

const solvent = async () => stage.solvent(await farthing.rounds.at(round).solvency());
const card = (page, title) => page.locator('li.card').filter({ has: page.getByRole('heading', { name: title, exact: true }) });

onPage('an organiser makes a round with a verifier, takes pools in and out, and a sponsor leaves again', async () => {
  const page = await stage.openAs('Alice', 'causes');
  await page.getByLabel('Title of the round').fill('Autumn');
  for (const [label, hours] of [['Opens', 3], ['Closes', 100], ['Is divided', 200]]) await page.getByLabel(label).fill(await stage.ahead(hours));
  await page.getByLabel('What counts of one donor at most').fill('10');
  const form = page.locator('form').filter({ has: page.getByRole('button', { name: 'Make a round' }) });
  await form.getByText('Only if you want it').click();
  await form.getByLabel('What it is for').fill('What grows.');
  await form.getByLabel('Percent that one pool gets at most').fill('75');
  await form.getByLabel('Who says who can donate, if not everybody can').fill(charlie.address);
  await page.getByRole('button', { name: 'Make a round' }).click();
  await page.getByRole('button', { name: 'Sign in the wallet' }).click();
  await page.waitForFunction(() => location.hash.startsWith('#/round/'));
  round = await page.evaluate(() => location.hash.replace('#/round/', ''));
  await page.getByRole('heading', { name: 'Autumn', level: 1 }).waitFor();
  const { terms: rules } = await farthing.rounds.at(round).overview();
  assert.deepEqual([rules.maxShare, rules.verifier], [7_500, charlie.address]);
  for (const number of ['0', '1']) {
    await page.getByLabel('Number of a pool').fill(number);
    await stage.press(page, 'Take it in');
  }
  await stage.press(page, 'Take "Weeds" out');
  assert.equal((await farthing.rounds.at(round).pools()).length, 1);
  await page.getByLabel('Number of a pool').fill('1');
  await stage.press(page, 'Take it in');
  await stage.inspectAll(page, 'round entering');
  const sponsor = await stage.openAs('test', `round/${round}`);
  await sponsor.getByLabel('Sponsor, in UNIT').fill('5');
  await stage.press(sponsor, 'Sponsor');
  await sponsor.getByText('You put in').waitFor();
  await stage.press(sponsor, 'Leave with my money');
  assert.equal(await farthing.rounds.at(round).sponsored(bob.address), 0n);
  assert.deepEqual(await solvent(), [0n, 0n]);
  await page.getByLabel('Sponsor, in UNIT').fill('8');
  await stage.press(page, 'Sponsor');
  await solvent();
  await stage.close(sponsor);
  await stage.close(page);
});

onPage('the verifier makes a list known, and only who is on it donates', async () => {
  const verifier = await stage.openAs('Charlie', `round/${round}`);
  await verifier.getByText('There is no list yet, and so nobody can donate.').waitFor();
  const list = [bob, dave, eve].map(({ address }) => address).join('\n');
  await stage.unfold(verifier, 'Make the list known');
  await verifier.getByLabel(LIST).fill(list);
  await verifier.getByLabel('Where the list can be read').fill('https://autumn.example/list');
  await stage.press(verifier, 'Make the list known');
  await verifier.getByText('List 0').waitFor();
  await stage.inspectAll(verifier, 'round lists');
  await stage.forward(3.1);
  const donor = await stage.openAs('test', `round/${round}`);
  await donor.getByText(/^You are on none of the lists/).waitFor();
  assert.equal(await donor.locator('farthing-round').getByRole('button', { name: 'Donate' }).count(), 0);
  await donor.getByLabel(LIST).fill(bob.address);
  await donor.getByRole('button', { name: 'Use this list' }).click();
  await donor.getByText('This is none of the lists of the round.').waitFor();
  await donor.getByLabel(LIST).fill(list);
  await donor.getByRole('button', { name: 'Use this list' }).click();
  await donor.getByText('You are on list 0.').waitFor();
  await donor.getByLabel('To which pool').selectOption({ label: 'Trees' });
  await donor.getByLabel('Amount in UNIT').fill('1');
  const before = await stage.balanceOf(dave);
  await stage.press(donor, 'Donate by the list');
  assert.equal((await stage.balanceOf(dave)) - before, farthing.unit('1'));
  await stage.inspectAll(donor, 'round open');
  // Another who is on the list: the page in this browser has it already.
  const { DonorList } = await import('@farthing/client');
  const membership = new DonorList(list.split('\n')).membership(0, eve.address);
  await stage.does(eve, (own) => own.rounds.at(round).donate(pools.Trees, own.unit('1'), { membership }));
  await solvent();
  await stage.close(donor);
  await stage.close(verifier);
});

onPage('organiser and verifier object, take an objection back, and the money is divided among the others', async () => {
  const page = await stage.openAs('Alice', `round/${round}`);
  await card(page, 'Weeds').locator('summary').click();
  await card(page, 'Weeds').getByLabel('Why not "Weeds"').fill('They are weeds.');
  await card(page, 'Weeds').getByRole('button', { name: 'Object to "Weeds"' }).click();
  await stage.sign(page);
  await page.getByText('Struck off: the organiser objects.').waitFor();
  const verifier = await stage.openAs('Charlie', `round/${round}`);
  await card(verifier, 'Trees').locator('summary').click();
  await card(verifier, 'Trees').getByLabel('Why not "Trees"').fill('A mistake.');
  await card(verifier, 'Trees').getByRole('button', { name: 'Object to "Trees"' }).click();
  await stage.sign(verifier);
  await stage.inspectAll(verifier, 'round objections');
  await stage.press(verifier, 'Take back the objection to "Trees"');
  await stage.forward(200);
  const before = await stage.balanceOf(dave);
  await stage.go(page, `round/${round}`);
  await stage.press(page, 'Divide the money');
  // (1 + 1)² less what they gave is 2, which is less than three quarters of 8.
  assert.equal((await stage.balanceOf(dave)) - before, farthing.unit('2'));
  await stage.press(page, 'Take back what was not divided');
  await stage.inspectAll(page, 'round divided');
  const donor = await stage.openAs('test', `round/${round}`);
  await stage.press(donor, 'Free my record of "Trees"');
  assert.equal(await farthing.rounds.at(round).contribution(pools.Trees, bob.address), null);
  await stage.go(verifier, `round/${round}`);
  await stage.press(verifier, 'Free the lists');
  assert.deepEqual(await farthing.rounds.at(round).lists(), []);
  const [owed, held] = await solvent();
  assert.ok(held < farthing.unit('0.001'), `${owed} of ${held}`);
  for (const one of [page, verifier, donor]) await stage.close(one);
});

onPage("what the chain told is the same to this library and to the command line's watch", async (context) => {
  const names = await sameAsWatched(stage);
  if (names === null) return context.skip('There is no farthing here.');
  assert.ok(names.size > 5);
});
