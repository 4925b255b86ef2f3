// What the elements say, in each language that they know.

import { sentenceOf } from '@farthing/client';
import { germanDeeds } from './deeds.js';
import { explain } from './refusals.js';

/** All that is said in a language. */
export interface Words {
  loading: string;
  tip: (name: string) => string;
  tipAmount: (amount: string) => string;
  otherAmount: string;
  memo: string;
  buy: string;
  yours: string;
  free: string;
  gone: string;
  copies: (left: number) => string;
  until: (days: string) => string;
  donate: string;
  amount: (symbol: string) => string;
  raised: (sum: string, goal: string) => string;
  collected: (sum: string) => string;
  ends: (time: string) => string;
  open: string;
  ended: string;
  missed: string;
  matching: (sum: string) => string;
  donors: (count: number) => string;
  wouldGet: (sum: string) => string;
  price: string;
  fee: string;
  deposit: string;
  back: string;
  total: string;
  atMost: (sum: string) => string;
  depositNote: string;
  short: (sum: string) => string;
  confirm: string;
  cancel: string;
  chooseWallet: string;
  chooseAccount: string;
  noWallet: string;
  development: (name: string) => string;
  asking: string;
  signing: string;
  sent: string;
  inBlock: string;
  done: string;
  before: (what: string) => string;
  notFound: string;
  again: string;
  costs: (sum: string, unit: string) => string;
  setAside: (reserve: string) => string;
  setAsideNote: (limit: string) => string;
  allow: (limit: string) => string;
  spent: (sum: string) => string;
  left: (sum: string, reserve: string) => string;
  allowed: (sum: string) => string;
  start: string;
  stop: string;
  stopPaying: string;
  takeBack: string;
  takeNow: string;
  ending: (time: string) => string;
  moreAside: (reserve: string) => string;
  exhausted: string;
  waiting: string;
  save: string;
  notSold: string;
  hadBefore: string;
  hadBegun: string;
  anew: (sum: string) => string;
  notPlayed: string;
  signs: string;
  signsNothing: string;
  notSigned: string;
  get: string;
  getting: string;
  notGot: string;
  right: (name: string) => string;
  nowhere: string;
  have: string;
  notHad: string;
  /** A heading for what is signed, by contract and message; in English, the client has a sentence. */
  deed: (message: string) => string | null;
  /** What went wrong. */
  explain: (error: unknown) => Promise<string>;
}

const english: Words = {
  loading: 'Looking it up…',
  tip: (name) => `Tip ${name}`,
  tipAmount: (amount) => `Tip ${amount}`,
  otherAmount: 'Another amount',
  memo: 'A word to go with it',
  buy: 'Buy',
  yours: 'It is yours.',
  free: 'It is free.',
  gone: 'It is not for sale at present.',
  copies: (left) => (left === 1 ? 'One copy is left.' : `${left} copies are left.`),
  until: (days) => `For ${days} days.`,
  donate: 'Donate',
  amount: (symbol) => `Amount in ${symbol}`,
  raised: (sum, goal) => `${sum} of ${goal}`,
  collected: (sum) => `${sum} collected`,
  ends: (time) => `Until ${time}`,
  open: 'Open',
  ended: 'Over',
  missed: 'The goal was missed: donors have their money back on request.',
  matching: (sum) => `${sum} to be divided`,
  donors: (count) => (count === 1 ? '1 donor' : `${count} donors`),
  wouldGet: (sum) => `would get ${sum} now`,
  price: 'Price',
  fee: 'Fee',
  deposit: 'Deposit',
  back: 'Comes back',
  total: 'In all',
  atMost: (sum) => `${sum} at most`,
  depositNote: 'The deposit is locked for what the chain stores. It comes back if that is freed.',
  short: (sum) => `This account is short of ${sum}.`,
  confirm: 'Sign in the wallet',
  cancel: 'Cancel',
  chooseWallet: 'Which wallet?',
  chooseAccount: 'Which account?',
  noWallet: 'There is no wallet in this browser. Install one for Substrate chains, and load this page again.',
  development: (name) => `${name}, of development chains`,
  asking: 'Asking the contract…',
  signing: 'Waiting for the wallet…',
  sent: 'Sent. Waiting for a block…',
  inBlock: 'It is in a block.',
  done: 'Done. Thank you!',
  before: (what) => `This was finished from before: ${what}`,
  notFound: 'There is nothing here by this name.',
  again: 'Try again',
  costs: (sum, unit) => (unit === 'request' ? `Costs ${sum}` : `Costs ${sum} for each part that you get`),
  setAside: (reserve) => `Set ${reserve} aside and go on`,
  setAsideNote: (limit) => `This page then pays by itself, up to ${limit}; after that it asks. What is left is yours: you can take it back.`,
  allow: (limit) => `Go on, up to ${limit} more`,
  spent: (sum) => `Paid: ${sum}`,
  left: (sum, reserve) => `Left: ${sum} of ${reserve}`,
  allowed: (sum) => `Without asking: up to ${sum}`,
  start: 'Start',
  stop: 'Stop',
  stopPaying: 'Pay no more by itself',
  takeBack: 'Take back what is left',
  takeNow: 'Take it back now',
  ending: (time) => `What is left is yours again after ${time}.`,
  moreAside: (reserve) => `Set ${reserve} more aside`,
  exhausted: 'What was set aside is used up.',
  waiting: 'Waiting until that is certain…',
  save: 'Save',
  notSold: 'This is not what was promised: it has changed. Nothing of it is shown.',
  hadBefore: 'You paid for this before.',
  hadBegun: 'You paid for the beginning before: it costs nothing again, and goes on from there.',
  anew: (sum) => `Get it anew for ${sum}`,
  notPlayed: 'This browser cannot play such sound piece by piece, so nothing is paid for it.',
  signs: 'Show that it is yours',
  signsNothing: 'To show that you bought it, your wallet signs these words. Nothing is paid for that, and nothing goes to the chain:',
  notSigned: 'Nothing was signed.',
  get: 'Get it',
  getting: 'Fetching it…',
  notGot: 'It cannot be fetched from where it should be. Try again later, or ask the creator.',
  right: (name) => `This is what was sold: ${name}.`,
  nowhere: 'The creator does not say where it is. Ask them for it.',
  have: 'I have it already',
  notHad: 'This account does not have it.',
  deed: () => null,
  explain: async (error) => sentenceOf(error),
};

const german: Words = {
  loading: 'Wird nachgesehen …',
  tip: (name) => `Trinkgeld für ${name}`,
  tipAmount: (amount) => `${amount} geben`,
  otherAmount: 'Anderer Betrag',
  memo: 'Ein Wort dazu',
  buy: 'Kaufen',
  yours: 'Das gehört dir.',
  free: 'Das kostet nichts.',
  gone: 'Das ist zurzeit nicht zu kaufen.',
  copies: (left) => (left === 1 ? 'Ein Exemplar ist noch da.' : `${left} Exemplare sind noch da.`),
  until: (days) => `Für ${days} Tage.`,
  donate: 'Spenden',
  amount: (symbol) => `Betrag in ${symbol}`,
  raised: (sum, goal) => `${sum} von ${goal}`,
  collected: (sum) => `${sum} gesammelt`,
  ends: (time) => `Bis ${time}`,
  open: 'Offen',
  ended: 'Vorbei',
  missed: 'Das Ziel wurde verfehlt: Wer gespendet hat, bekommt sein Geld auf Wunsch zurück.',
  matching: (sum) => `${sum} werden verteilt`,
  donors: (count) => (count === 1 ? '1 Spender' : `${count} Spender`),
  wouldGet: (sum) => `bekäme jetzt ${sum}`,
  price: 'Preis',
  fee: 'Gebühr',
  deposit: 'Pfand',
  back: 'Kommt zurück',
  total: 'Zusammen',
  atMost: (sum) => `höchstens ${sum}`,
  depositNote: 'Das Pfand bleibt für das, was die Kette speichert. Es kommt zurück, wenn das freigegeben wird.',
  short: (sum) => `Diesem Konto fehlen ${sum}.`,
  confirm: 'In der Wallet unterschreiben',
  cancel: 'Abbrechen',
  chooseWallet: 'Welche Wallet?',
  chooseAccount: 'Welches Konto?',
  noWallet: 'In diesem Browser ist keine Wallet. Installiere eine für Substrate-Ketten, und lade die Seite neu.',
  development: (name) => `${name}, von Entwicklungsketten`,
  asking: 'Der Vertrag wird gefragt …',
  signing: 'Die Wallet ist dran …',
  sent: 'Abgeschickt. Der nächste Block kommt gleich …',
  inBlock: 'Es ist in einem Block.',
  done: 'Fertig. Danke!',
  before: (what) => `Das war noch von vorher: ${what}`,
  notFound: 'Unter diesem Namen ist hier nichts.',
  again: 'Noch einmal versuchen',
  costs: (sum, unit) => (unit === 'request' ? `Kostet ${sum}` : `Kostet ${sum} für jeden Teil, den du bekommst`),
  setAside: (reserve) => `${reserve} zurücklegen und weiter`,
  setAsideNote: (limit) => `Diese Seite zahlt dann von selbst, bis zu ${limit}; danach fragt sie. Was übrig ist, gehört dir: Du kannst es zurückholen.`,
  allow: (limit) => `Weiter, bis zu ${limit} mehr`,
  spent: (sum) => `Bezahlt: ${sum}`,
  left: (sum, reserve) => `Übrig: ${sum} von ${reserve}`,
  allowed: (sum) => `Ohne zu fragen: bis zu ${sum}`,
  start: 'Beginnen',
  stop: 'Aufhören',
  stopPaying: 'Nicht mehr von selbst zahlen',
  takeBack: 'Zurückholen, was übrig ist',
  takeNow: 'Jetzt zurückholen',
  ending: (time) => `Was übrig ist, gehört wieder dir nach ${time}.`,
  moreAside: (reserve) => `${reserve} mehr zurücklegen`,
  exhausted: 'Was zurückgelegt war, ist aufgebraucht.',
  waiting: 'Es dauert noch, bis das sicher ist …',
  save: 'Speichern',
  notSold: 'Das ist nicht, was versprochen war: Es wurde geändert. Nichts davon wird gezeigt.',
  hadBefore: 'Das hast du schon bezahlt.',
  hadBegun: 'Den Anfang hast du schon bezahlt: Er kostet nicht noch einmal, und danach geht es weiter.',
  anew: (sum) => `Für ${sum} neu holen`,
  notPlayed: 'Dieser Browser kann solchen Ton nicht Stück für Stück spielen; darum wird nichts dafür bezahlt.',
  signs: 'Zeigen, dass es dir gehört',
  signsNothing: 'Um zu zeigen, dass du es gekauft hast, unterschreibt deine Wallet diese Worte. Das kostet nichts, und auf die Kette kommt davon nichts:',
  notSigned: 'Es wurde nichts unterschrieben.',
  get: 'Holen',
  getting: 'Wird geholt …',
  notGot: 'Es ist nicht zu holen von dort, wo es sein sollte. Versuch es später noch einmal, oder frag, wer es verkauft hat.',
  right: (name) => `Das ist, was verkauft wurde: ${name}.`,
  nowhere: 'Wo es liegt, ist nicht gesagt. Lass es dir geben.',
  have: 'Ich habe es schon',
  notHad: 'Dieses Konto hat es nicht.',
  deed: (message) => germanDeeds[message] ?? null,
  explain: (error) => explain(error, 'de'),
};

const languages: Record<string, Words> = { en: english, de: german };

/** Returns what is said in a language such as `de-AT`; English, if it is not known. */
export const wordsOf = (language: string): Words => languages[language.toLowerCase().split('-')[0] ?? ''] ?? english;
