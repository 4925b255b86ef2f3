// Which language the page speaks: what somebody chose here, or what their browser asks for.

import { de } from './words/de.js';
import { en, type Words } from './words/en.js';

export type { Words };

/** What is said, in each language that the page knows. */
export const languages: Readonly<Record<string, Words>> = { en, de };

const KEY = 'farthing-language';

const known = (language: string): string | null => {
  const name = language.toLowerCase().split('-')[0] ?? '';
  return name in languages ? name : null;
};

function remembered(): string | null {
  try {
    return known(localStorage.getItem(KEY) ?? '');
  } catch {
    return null;
  }
}

/** Returns the language to begin with. */
export const language = (): string => remembered() ?? navigator.languages.map(known).find((one) => one !== null) ?? 'en';

/** Speaks a language from now on, and after the next load. */
export function speak(name: string): void {
  document.documentElement.lang = name;
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // Browsers can forbid it; then it is asked for again.
  }
}

/** Returns what is said in the page's language. */
export const words = (): Words => languages[document.documentElement.lang] ?? en;
