// Keeps a server's wallet in a folder: a file for each key, written beside it, put on the disk, and moved there. Keys
// are longer than names of files may be: a file is named by its key's hash, and its first line is the key.

import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { utf8 } from './bytes.js';
import { blake2 } from './commitment.js';
import { VoucherError } from './error.js';
import { type Change, type Store, Turns } from './store.js';

const END = '.kept';
/** The folders that this program has open. */
const opened = new Set<string>();

/** Keeps texts in a folder, which one program at a time has open. */
export class FileStore implements Store {
  readonly #turns = new Turns();

  private constructor(readonly folder: string) {}

  /** Opens a folder, and makes it if there is none. */
  static async open(folder: string): Promise<FileStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await lock(join(folder, 'lock'));
    opened.add(join(folder, 'lock'));
    return new FileStore(folder);
  }

  async get(key: string): Promise<string | undefined> {
    const content = await read(this.#path(key));
    return content?.slice(content.indexOf('\n') + 1);
  }

  update<T>(key: string, change: (kept: string | undefined) => Change<T>): Promise<T> {
    return this.#turns.alone(`update ${key}`, async () => {
      const { keep, give } = change(await this.get(key));
      if (keep !== undefined) await this.#write(key, keep);
      return give;
    });
  }

  async list(prefix: string): Promise<[string, string][]> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith(END));
    const contents = await Promise.all(names.map((name) => read(join(this.folder, name))));
    const kept = contents.flatMap((content): [string, string][] => {
      const end = content?.indexOf('\n') ?? -1;
      return content === undefined || end < 0 ? [] : [[content.slice(0, end), content.slice(end + 1)]];
    });
    return kept.filter(([key]) => key.startsWith(prefix)).sort(([one], [other]) => (one < other ? -1 : 1));
  }

  alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.#turns.alone(name, work);
  }

  /** Lets others open the folder. */
  async close(): Promise<void> {
    await unlink(join(this.folder, 'lock'));
    opened.delete(join(this.folder, 'lock'));
  }

  #path(key: string): string {
    return join(this.folder, blake2(utf8(key)).slice(2) + END);
  }

  async #write(key: string, text: string): Promise<void> {
    const path = this.#path(key);
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.writeFile(`${key}\n${text}`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    // The folder says which file has the name: it must be on the disk, too.
    const folder = await open(this.folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Takes the folder; what a program left that has ended counts for nothing. */
async function lock(path: string): Promise<void> {
  for (let tries = 0; tries < 2; tries++) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      return await file.close();
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    const holder = Number(await read(path));
    // In a container, a program that is started again has the number that it had before.
    if (!holder || opened.has(path) || (holder !== process.pid && isRunning(holder))) break;
    await unlink(path);
  }
  throw new VoucherError('Busy');
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

const isCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;
