// What a page on polkadot-api 2.2.2 needs besides it. A test says when it is needed no more.

/** Stands for the topic of an event that has none. */
export const ANONYMOUS = '0x';

/**
 * An event without a topic cannot be decoded: `event.decode` ends in `Cannot read properties of null`, and
 * `event.filter` leaves it out without a word. Make the client with metadata that gives it a topic, and decode it
 * as that one's.
 */
export function nameAnonymousEvent(metadata) {
  const named = ({ signature_topic, ...event }) => ({ ...event, signature_topic: signature_topic ?? ANONYMOUS });
  const events = metadata.spec.events.map(named);
  return { ...metadata, spec: { ...metadata.spec, events } };
}
