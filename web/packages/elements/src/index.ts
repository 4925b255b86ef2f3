// Tags for any page. One script defines them all; the page needs no build, and may be strict about what it allows.

import { FarthingBuy } from './buy.js';
import { FarthingPaywall } from './paywall.js';
import { FarthingPool } from './pool.js';
import { FarthingRound } from './round.js';
import { FarthingTip } from './tip.js';

const all = {
  'farthing-buy': FarthingBuy,
  'farthing-paywall': FarthingPaywall,
  'farthing-pool': FarthingPool,
  'farthing-round': FarthingRound,
  'farthing-tip': FarthingTip,
};
for (const [name, element] of Object.entries(all)) if (!customElements.get(name)) customElements.define(name, element);

export { h } from './dom.js';
export { FarthingElement, type Paid } from './element.js';
export { Flow, type Made } from './flow.js';
export { choices, choose, type Choice, connectionOf, isChosen } from './page.js';
export { FarthingBuy, FarthingPaywall, FarthingPool, FarthingRound, FarthingTip };
export { fetchSold, type Got, isSold, showSold, type Sold } from './sold.js';
export { type Words, wordsOf } from './words.js';
