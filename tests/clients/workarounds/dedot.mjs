// What a page on dedot 1.3.0 needs besides dedot. A test says when one of these is needed no more.

import { TypinkRegistry } from 'dedot/contracts';

/**
 * dedot counts a struct's optional fields without the byte that says whether they are there, so that its
 * buffer is too short and encoding ends in `RangeError: Offset is outside the bounds of the DataView`.
 * Call this once, before the first contract: it counts those bytes.
 */
export function countOptionalFields() {
  const { findCodec } = TypinkRegistry.prototype;
  const counted = new WeakSet();
  TypinkRegistry.prototype.findCodec = function (type) {
    const codec = findCodec.call(this, type);
    const [{ name, args }] = codec.metadata;
    if (name === '$.object' && !counted.has(codec)) {
      codec.staticSize += args.filter((field) => field.metadata[0].name === '$.optionalField').length;
      counted.add(codec);
    }
    return codec;
  };
}

/**
 * On a chain that makes blocks only for transactions, JSON-RPC v2 waits for a block before it hands a
 * transaction in, and so for ever. The older one does not.
 */
export const connection = { rpcVersion: 'legacy' };
