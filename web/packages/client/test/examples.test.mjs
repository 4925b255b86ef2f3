// What examples/metered-api does, as it stands there: paid requests, and a claim of all that they were paid.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parsePaper } from '@farthing/vouchers';
import { developmentAccount, Farthing, walletOf } from '@farthing/client';
import { noChain, startChain } from '../../../test-support/chain.mjs';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const [alice, bob] = ['Alice', 'Bob'].map(developmentAccount);

test('an API is paid by the request, and its vouchers are claimed to the unit', { skip: noChain, timeout: 90_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'farthing-example-'));
  cpSync(at('../../../../examples/metered-api'), folder, { recursive: true, filter: (path) => !path.includes('node_modules') });
  symlinkSync(at('../../../node_modules'), join(folder, 'node_modules'));
  const chain = await startChain();
  writeFileSync(join(folder, 'local.json'), JSON.stringify(chain.deployment));
  const env = { ...process.env, FARTHING_NODE_URL: chain.url };
  const server = spawn(process.execPath, ['server.mjs', 'local.json', alice.address, 'vouchers', '0.001', '0'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const farthing = await Farthing.connect(chain.deployment, { url: chain.url, wallet: walletOf(alice) });
  try {
    const [url] = await new Promise((resolve) => createInterface({ input: server.stdout }).once('line', (line) => resolve([line])));
    const unpaid = await fetch(url);
    assert.equal(unpaid.status, 402);
    assert.equal((await unpaid.json()).price, String(farthing.unit('0.001')));
    for (const times of [3, 7]) {
      const run = await promisify(execFile)(process.execPath, ['client.mjs', 'local.json', 'Bob', 'wallet', url, String(times)], { cwd: folder, env });
      const answers = run.stdout.trim().split('\n').map((line) => JSON.parse(line));
      assert.equal(answers.filter(({ temperature }) => temperature >= 20).length, times);
    }
    const best = await (await fetch(`${url}/best`)).json();
    assert.equal((await fetch(url, { headers: { voucher: best[0] } })).status, 402);
    assert.equal((await fetch(url, { headers: { voucher: 'nonsense' } })).status, 402);
    const plan = await farthing.channels.claim(alice.address, best.map(parsePaper));
    assert.deepEqual(plan.answer, [{ ok: true, value: farthing.unit('0.01') }]);
    await plan.send();
    const [owed, held] = await farthing.channels.solvency([[bob.address, alice.address, 0]], [alice.address, bob.address]);
    assert.equal(owed, farthing.unit('0.99'));
    assert.ok(owed <= held);
  } finally {
    process.off('exit', kill);
    kill();
    await farthing.disconnect();
    await chain.end();
    rmSync(folder, { recursive: true });
  }
});
