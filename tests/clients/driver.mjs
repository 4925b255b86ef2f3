// The other end of a driver: starts it, and asks it one thing at a time.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const python = process.env.CLIENTS_PYTHON;

const programs = {
  dedot: [process.execPath, 'drivers/dedot.mjs'],
  'polkadot-js': [process.execPath, 'drivers/polkadot-js.mjs'],
  'polkadot-api': [process.execPath, 'drivers/polkadot-api.mjs'],
  'substrate-interface': python && [python, 'drivers/substrate_interface.py'],
};

export const libraries = Object.keys(programs);

/** Why a library's tests cannot run here, if so. */
export const missing = (library) => (programs[library] ? false : 'There is no Python here.');

/** A library that waits for ever must not make the tests do so. */
const PATIENCE = 60_000;

function within(millis, promise, why) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${why()} for ${millis / 1_000} seconds.`)), millis);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export class Driver {
  #child;
  #lines;
  #said = [];

  constructor(library, ...options) {
    this.library = library;
    const [program, ...rest] = programs[library];
    this.#child = spawn(program, [...rest, ...options], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    // Kept for the message of a failure.
    this.#child.stderr.on('data', (chunk) => (this.#said = [...this.#said, String(chunk)].slice(-20)));
    process.once('exit', this.close);
  }

  async ask(op, request = {}) {
    this.#child.stdin.write(`${JSON.stringify({ op, ...request })}\n`);
    const why = () => `${this.library} has not answered ${op} ${JSON.stringify(request)}`;
    const { value, done } = await within(PATIENCE, this.#lines.next(), why);
    if (done) throw new Error(`${this.library} ended during ${op}: ${this.#said.join('')}`);
    const { ok, error } = JSON.parse(value);
    if (error !== undefined) throw new Error(`${this.library}, ${op}: ${error}`);
    return ok;
  }

  close = () => {
    process.off('exit', this.close);
    this.#child.kill();
  };
}
