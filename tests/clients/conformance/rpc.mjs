// JSON-RPC without any library, so that nothing is mended, asked again or left out on the way.

import { WebSocket } from 'ws';

/** Something that should come does not; it must not keep the tests waiting. */
const PATIENCE = 8_000;
/** After so long a silence nothing more is expected. Both programs answer within a few milliseconds. */
const SILENCE = 250;

export const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

/** What a body of any kind is answered with over HTTP: the status only where it is not the usual one. */
export async function post(url, body, headers = { 'content-type': 'application/json' }) {
  const response = await fetch(url.replace('ws:', 'http:'), {
    method: 'POST',
    headers,
    body,
    signal: AbortSignal.timeout(PATIENCE),
  });
  const text = await response.text();
  const said = read(text);
  return response.ok ? said : { status: response.status, said };
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const request = (method, params, id = 1) => JSON.stringify({ jsonrpc: '2.0', id, method, params });

/** What a call is answered with over HTTP: what stands beside the version and the call's number. */
export async function ask(url, method, params) {
  const { jsonrpc, id, ...answer } = await post(url, request(method, params));
  return answer;
}

/** A connection on which events are kept, in their order. */
export class Connection {
  #socket;
  #asked = 0;
  #answers = new Map();
  #last = Date.now();
  /** Each with the subscription that it is of. */
  events = [];
  /** What came that is neither an answer nor an event. */
  others = [];

  static async open(url) {
    const connection = new this();
    const socket = new WebSocket(url, { maxPayload: 64 * 1024 * 1024 });
    connection.#socket = socket;
    socket.on('message', (text) => connection.#hear(JSON.parse(text)));
    socket.on('close', () => connection.#answers.forEach((resolve) => resolve({ closed: true })));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return connection;
  }

  #hear(message) {
    this.#last = Date.now();
    const resolve = this.#answers.get(message.id);
    if (resolve) {
      this.#answers.delete(message.id);
      const { jsonrpc, id, ...answer } = message;
      resolve(answer);
    } else if (message.method && message.params) {
      const { subscription, ...told } = message.params;
      this.events.push({ subscription, method: message.method, ...told });
    } else {
      this.others.push(message);
    }
  }

  ask(method, params = []) {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${method} is not answered.`)), PATIENCE);
      this.#answers.set(id, (answer) => (clearTimeout(late), resolve(answer)));
      this.send(request(method, params, id));
    });
  }

  send(text) {
    this.#socket.send(text);
  }

  /** Until nothing has come for a while. */
  async quiet() {
    this.#last = Date.now();
    while (Date.now() - this.#last < SILENCE) await sleep(SILENCE / 5);
  }

  /** The events of a subscription once there is one that is asked for; all those that came with it. */
  async until(subscription, isIt) {
    const end = Date.now() + PATIENCE;
    while (!this.of(subscription).some(isIt)) {
      if (Date.now() > end) throw new Error(`Nothing more comes after ${JSON.stringify(this.of(subscription))}.`);
      await sleep(10);
    }
    return this.of(subscription);
  }

  of(subscription) {
    return this.events.filter((event) => event.subscription === subscription).map((event) => event.result ?? event.error);
  }

  close() {
    this.#socket.close();
  }
}
