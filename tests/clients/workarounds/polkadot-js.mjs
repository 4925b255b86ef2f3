// What a page on @polkadot/api-contract 16.5.6 needs besides it. A test says when it is needed no more.

import { compactAddLength, isHex, stringToU8a } from '@polkadot/util';

/**
 * A text that reads as hexadecimal digits, such as a title `0x6869`, is taken for bytes, and becomes `hi`.
 * Give such a text as its SCALE encoding.
 */
export const text = (value) => (isHex(value) ? compactAddLength(stringToU8a(value)) : value);

/**
 * The gas for a dry run. Without it, or with the `-1` that older guides have, api-contract allows no proof at
 * all, and the answer is `OutOfGas`, whatever the message.
 */
export const wholeBlock = (api) => api.consts.system.blockWeights.maxBlock;
