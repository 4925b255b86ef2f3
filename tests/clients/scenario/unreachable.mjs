// What cannot happen on a node in seconds. The scenario has each of these messages all the same: it is encoded,
// sent as a dry run, and its refusal decoded. Events are decoded from bytes in `libraries.test.mjs`.

export const UNREACHABLE = {
  messages: {
    'registry.cancel_commitment': 'a day after the commitment',
    'registry.delete': '30 days after the handle was given up',
    'registry.forget_handle': '30 days after the handle was given up',
    'registry.unset_payout': 'a day after the first split',
    'storefront.PayoutListener::payout_changed': 'only the registry calls it, as it does in the scenario',
    'storefront.payout_deleted': 'a creator can be deleted 30 days after its handle was given up',
    'streams.clear': 'an hour after the stream was opened',
  },
  events: {
    'streams.StreamsCleared': 'an hour after the stream was opened',
  },
};
