// A driver is a program of its own: it reads a request as a line of JSON, and answers with one. What each of
// them has to be able to do is in `README.md` beside this folder.

import { createInterface } from 'node:readline';

export async function serve(operations) {
  // Libraries write to the console what they find worth saying; that is not the answer.
  for (const level of ['log', 'info', 'debug']) console[level] = (...words) => console.error(...words);
  for await (const line of createInterface({ input: process.stdin })) {
    const { op, ...request } = JSON.parse(line);
    let answer;
    try {
      answer = { ok: (await operations[op](request)) ?? null };
    } catch (error) {
      answer = { error: String(error?.stack ?? error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  process.exit(0);
}
