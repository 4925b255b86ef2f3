// Everything that the contracts can do, once, in an order in which they can.

import channels from './channels.mjs';
import creators from './creators.mjs';
import pools from './pools.mjs';
import rounds from './rounds.mjs';
import sale from './sale.mjs';
import { accounts } from './steps.mjs';
import streams from './streams.mjs';

export const scenario = {
  accounts,
  steps: [
    ...creators,
    ...pools.made,
    ...rounds.opened,
    ...sale,
    ...rounds.given,
    ...channels,
    ...streams,
    ...pools.ended,
    ...rounds.divided,
  ],
};
