// Made by scripts/generate.mjs of abi/. Do not change it by hand: npm run generate

export * as channels from './channels.js';
export * as matchingRound from './matching-round.js';
export * as pool from './pool.js';
export * as poolFactory from './pool-factory.js';
export * as registry from './registry.js';
export * as storefront from './storefront.js';
export * as streams from './streams.js';
