// What went wrong, in the language of whoever reads it. In English, errors have sentences of their own: those of contracts
// stand in the contracts. Other languages are loaded when something goes wrong, so that pages need not have them before.

import { Refused, sentenceOf } from '@farthing/client';

/** What errors say in a language. */
interface Catalogue {
  /** What contracts say, by their English sentences. */
  refusals: Readonly<Record<string, string>>;
  /** What other errors say, by their names and, where they have one, their codes; null, if only English says it exactly. */
  other: (error: Error) => string | null;
}

const catalogues: Readonly<Record<string, () => Promise<Catalogue>>> = { de: () => import('./refusals/de.js') };

/** Returns a sentence for people, of whatever was thrown, in a language such as `de-AT`; in English, if it is not known. */
export async function explain(error: unknown, language: string): Promise<string> {
  const english = sentenceOf(error);
  try {
    const catalogue = await catalogues[language.toLowerCase().split('-')[0] ?? '']?.();
    if (!catalogue || !(error instanceof Error)) return english;
    if (!(error instanceof Refused)) return catalogue.other(error) ?? english;
    return error.sentences.map((one) => catalogue.refusals[one] ?? one).join(' ') || english;
  } catch {
    // The catalogue is a file of its own, which is perhaps not there.
    return english;
  }
}
