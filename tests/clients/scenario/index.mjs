// Everything that the contracts can do, once, in an order in which they can.

import { readdirSync } from 'node:fs';
import creators from './creators.mjs';
import pools from './pools.mjs';
import rounds from './rounds.mjs';
import sale from './sale.mjs';
import { accounts } from './steps.mjs';

// What those share, and those whose place in the order matters.
const ordered = ['creators', 'index', 'pools', 'rounds', 'sale', 'shop', 'steps', 'unreachable'];

/** The steps of the other files, which depend on nobody but the creators. */
async function others() {
  const files = readdirSync(new URL('.', import.meta.url)).filter((file) => !ordered.includes(file.replace('.mjs', '')));
  const modules = await Promise.all(files.sort().map((file) => import(`./${file}`)));
  return modules.flatMap((module) => module.default);
}

export const scenario = {
  accounts,
  steps: [
    ...creators,
    ...pools.made,
    ...rounds.opened,
    ...sale,
    ...rounds.given,
    ...(await others()),
    ...pools.ended,
    ...rounds.divided,
  ],
};
