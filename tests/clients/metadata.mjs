// What the contracts' metadata says, in the few kinds of type that a client meets.
//
// The tests write values in one neutral notation, whatever the library: whole numbers are strings of
// digits, bytes and accounts are 0x and hexadecimal digits, None is null and Some(x) is x, a variant is its
// name or { name: what it holds }, a struct is an object with the names of the metadata, a tuple is a list.

import { readdirSync, readFileSync } from 'node:fs';

export const abi = new URL('../../abi/', import.meta.url);

export const contracts = readdirSync(abi)
  .filter((name) => name.endsWith('.web.json'))
  .map((name) => name.replace('.web.json', ''))
  .sort();

export const read = (name) => JSON.parse(readFileSync(new URL(name, abi)));

/** The metadata of a contract; `web` is the edition for libraries that drop the names of variants' fields. */
export function metadata(contract, { web = false } = {}) {
  return new Metadata(read(`${contract}${web ? '.web' : ''}.json`));
}

class Metadata {
  #shapes = new Map();

  constructor(json) {
    this.json = json;
    this.types = new Map(json.types.map(({ id, type }) => [id, type]));
    this.constructors = json.spec.constructors.map((one) => this.#callable(one));
    this.messages = json.spec.messages.map((one) => this.#callable(one));
    this.events = json.spec.events.map((one) => ({
      label: one.label,
      topic: one.signature_topic,
      fields: this.#fields(one.args),
    }));
  }

  message(label) {
    return this.#named(this.messages, label);
  }

  constructorOf(label) {
    return this.#named(this.constructors, label);
  }

  event(label) {
    return this.#named(this.events, label);
  }

  #named(list, label) {
    const found = list.find((one) => one.label === label);
    if (!found) throw new Error(`There is no ${label} in the metadata of ${this.json.contract.name}.`);
    return found;
  }

  #callable(one) {
    return {
      label: one.label,
      selector: one.selector,
      mutates: one.mutates ?? true,
      payable: one.payable,
      args: this.#fields(one.args),
      returns: this.shape(one.returnType.type),
      returnType: one.returnType.type,
    };
  }

  #fields(args) {
    return args.map(({ label, type }) => ({ name: label, shape: this.shape(type.type) }));
  }

  /** What kind of type this is. Types of contracts are never recursive. */
  shape(id) {
    if (!this.#shapes.has(id)) this.#shapes.set(id, this.#read(this.types.get(id)));
    return this.#shapes.get(id);
  }

  #read({ def, path = [], params = [] }) {
    const [kind] = Object.keys(def);
    const last = path.at(-1);
    switch (kind) {
      case 'primitive':
        return /^[ui]\d+$/.test(def.primitive)
          ? { kind: 'int', bits: Number(def.primitive.slice(1)) }
          : { kind: def.primitive };
      case 'sequence': {
        const of = this.shape(def.sequence.type);
        return of.bits === 8 ? { kind: 'bytes' } : { kind: 'list', of };
      }
      case 'array': {
        const { len, type } = def.array;
        const of = this.shape(type);
        return of.bits === 8 ? { kind: 'bytes', len } : { kind: 'list', of, len };
      }
      case 'tuple':
        return { kind: 'tuple', of: def.tuple.map((id) => this.shape(id)) };
      case 'composite': {
        if (last === 'AccountId') return { kind: 'account' };
        const fields = this.#members(def.composite.fields);
        if (fields.length && fields[0].name) return { kind: 'struct', fields };
        return fields.length === 1
          ? fields[0].shape
          : { kind: 'tuple', of: fields.map((field) => field.shape) };
      }
      case 'variant': {
        if (last === 'Option') return { kind: 'option', of: this.shape(params[0].type) };
        if (last === 'Result') {
          const [ok, err] = params.map(({ type }) => this.shape(type));
          return { kind: 'result', ok, err };
        }
        const variants = (def.variant.variants ?? []).map((variant) => ({
          name: variant.name,
          index: variant.index,
          docs: variant.docs ?? [],
          fields: this.#members(variant.fields),
        }));
        return { kind: 'enum', name: path.join('::'), variants };
      }
    }
    throw new Error(`The tests do not know types such as ${JSON.stringify(def)}.`);
  }

  #members(fields = []) {
    return fields.map(({ name, type }) => ({ name, shape: this.shape(type) }));
  }
}

/** What a variant holds, as one shape: nothing, its only field, or all of them. */
export function held({ fields }) {
  if (fields.length === 0) return null;
  if (fields[0].name) return { kind: 'struct', fields };
  return fields.length === 1 ? fields[0].shape : { kind: 'tuple', of: fields.map(({ shape }) => shape) };
}

/** The name of a variant, and what it holds, of a value in the neutral notation. */
export function variantOf(value) {
  return typeof value === 'string' ? [value, undefined] : Object.entries(value)[0];
}
