// How the scenario is written: a step for each line, and who does it in front.
//
//   ada('registry.set_profile', { creator: '$ada_paints', profile }, { emits: ['registry.CreatorChanged'] })
//
// What a step expects:
//   gives    the answer, or what Ok holds; `*` is any. By default, any that is no refusal.
//   refused  the contract's error: the step is not sent, as no frontend should send it.
//   undone   the chain's error, where the call was undone without an answer.
//   emits    the events of all contracts, in their order: `contract.Event`. Their fields are in
//            `expected.json`.
//   keep     the name under which later steps know what it answered.
//   learn    names for what its events say.
// `value` is the money that goes with it. Text such as `$ada` stands for what is called that;
// `$existential_deposit` is the chain's.

export const UNIT = 1_000_000_000_000n;
/** On no chain of the tests is this enough for an account, nor four times this. */
export const DUST = 100n;
export const SECOND = 1_000;
export const DAY = 24 * 3_600_000;
export const ZEROS = `0x${'00'.repeat(32)}`;
/** 32 bytes, all the same. */
export const all = (byte) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;

export const accounts = {
  ada: '//Alice',
  bob: '//Bob',
  cy: '//Charlie',
  dan: '//Dave',
  eve: '//Eve',
  fay: '//Ferdie',
  // These have no money when the scenario begins: they are new each time, as the chain may not be.
  poor: (run) => `//farthing//poor//${run}`,
  nobody: (run) => `//farthing//nobody//${run}`,
  treasury: (run) => `//farthing//treasury//${run}`,
  reader: (run) => `//farthing//reader//${run}`,
  // The key of a channel: no account at all.
  phone: '//farthing//phone',
};

const person = (by) => {
  const call = (message, args = {}, expected = {}) => {
    const dot = message.indexOf('.');
    return { kind: 'call', by, to: message.slice(0, dot), label: message.slice(dot + 1), args, ...expected };
  };
  return Object.assign(call, {
    upload: (contract) => ({ kind: 'upload', by, contract }),
    deploy: (constructor, name, args, expected = {}) => {
      const [contract, label] = constructor.split('.');
      return { kind: 'deploy', by, contract, label, name, args, ...expected };
    },
    transfer: (to, amount) => ({ kind: 'transfer', by, to, amount }),
    blocks: (count = 1) => ({ kind: 'blocks', by, count }),
    wait: (until) => ({ kind: 'wait', by, until }),
  });
};

export const [ada, bob, cy, dan, eve, fay, reader] = ['ada', 'bob', 'cy', 'dan', 'eve', 'fay', 'reader'].map(person);

/** Gives a name to what is known only now. */
export const set = (name, value) => ({ kind: 'set', name, value });

/** Says that a contract is, or will be, at an address. */
export const watch = (contract, name, at) => ({ kind: 'watch', contract, name, at });
