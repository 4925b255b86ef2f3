// The module of one contract, as text.

/** Returns a name as types have them. */
export const pascal = (name) => name.replace(/(^|_)([a-z0-9])/g, (_, __, letter) => letter.toUpperCase());
/** Returns a name as fields and messages have them. */
export const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());

/** How much of a topic is kept: eight bytes tell the events of one contract apart, and random ones cost room. */
const TOPIC = 2 + 16;

const primitives = { u8: 'number', u16: 'number', u32: 'number', u64: 'bigint', u128: 'bigint', bool: 'boolean', str: 'string' };

/** Rust's links mean nothing here: `[`Error::X`](path)` is `Error::X`. Blank ends of comments would end them. */
const plain = (docs) =>
  docs
    .join('\n')
    .replace(/\[(`[^`]*`)\](\([^)]*\))?/g, '$1')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('*/', '* /')
    .split('\n')
    .map((line) => line.trim());

function comment(docs, indent = '') {
  const lines = plain(docs ?? []);
  while (lines.at(-1) === '') lines.pop();
  if (lines.length === 0 || lines.join('') === '') return '';
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}

const sentence = (docs) => plain(docs ?? []).join(' ').trim();

/** What the metadata of a contract comes to in TypeScript. */
export class Module {
  #types;
  #used = new Set();
  /** By type: what it is called, and its declarations in the order in which they need each other. */
  #named = new Map();
  #declarations = [];
  /** Choices that say why something is refused: their variants get sentences. */
  #refusals = new Set();

  /** By module: which of its types are used here, and what they are called. */
  #imports = new Map();
  /** By path: the types that this module declares. */
  declared = new Map();

  constructor(name, metadata, codeHash, others = []) {
    this.name = name;
    this.others = others;
    this.metadata = metadata;
    this.codeHash = codeHash;
    this.#types = new Map(metadata.types.map(({ id, type }) => [id, type]));
    this.#taken = new Set();
  }

  #taken;

  text() {
    const { spec } = this.metadata;
    this.#findRefusals(spec);
    const constructors = spec.constructors.map((one) => this.#message(one));
    const messages = spec.messages.map((one) => this.#message(one));
    const events = spec.events.map((one) => this.#event(one));
    const codecs = [...this.#used].sort();
    return `// Made by scripts/generate.mjs of abi/${this.name}.json. Do not change it by hand: npm run generate

import { type Abi, message } from '../abi.js';
import { type Codec${this.#text.includes('Outcome<') ? ', type Outcome' : ''}, ${codecs.join(', ')} } from '../scale.js';
${this.#hex() ? "import type { Hex } from '@farthing/vouchers';\n" : ''}${this.#importLines().join('')}
${this.#declarations.join('\n')}
/** What makes one. */
export const constructors = {
${constructors.join('')}};

${comment(spec.docs)}export const messages = {
${messages.join('')}};

${this.#eventTypes(spec.events)}
export const abi: Abi<Event> = {
  name: '${this.name}',
  codeHash: '${this.codeHash}',
  events: [
${events.join('')}  ],
};
`;
  }

  #text = '';

  #hex() {
    return /\bHex\b/.test(this.#text);
  }

  /** Remembers what text was made, to know what it needs. */
  #note(text) {
    this.#text += text;
    return text;
  }

  #use(codec) {
    this.#used.add(codec);
    return codec;
  }

  // ---- Types ----

  #kind(id) {
    const { def } = this.#types.get(id);
    const [kind] = Object.keys(def);
    return [kind, def[kind]];
  }

  #isByte(id) {
    const [kind, def] = this.#kind(id);
    return kind === 'primitive' && def === 'u8';
  }

  /** The TypeScript type of a type, and the expression of its codec. */
  #type(id) {
    const { path = [], params = [] } = this.#types.get(id);
    const [kind, def] = this.#kind(id);
    const last = path.at(-1);
    if (last === 'AccountId') return { type: 'string', codec: this.#use('account') };
    if (path.join('::') === 'ink_primitives::types::Hash') return { type: 'Hex', codec: this.#use('hash') };
    if (last === 'Option') return this.#wrapping('option', params[0].type, (type) => `${type} | null`);
    if (last === 'Result') return this.#resultType(params);
    switch (kind) {
      case 'primitive':
        return { type: primitives[def], codec: this.#use(def) };
      case 'sequence':
        if (this.#isByte(def.type)) return { type: 'Hex', codec: this.#use('bytes') };
        return this.#wrapping('list', def.type, (type) => (/ /.test(type) ? `(${type})[]` : `${type}[]`));
      case 'array':
        return this.#array(def);
      case 'tuple':
        return this.#tuple(def, 'tuple');
      default:
        return this.#reference(id);
    }
  }

  #wrapping(codec, inner, type) {
    const of = this.#type(inner);
    return { type: type(of.type), codec: `${this.#use(codec)}(${of.codec})` };
  }

  #resultType([ok, err]) {
    const [value, error] = [this.#type(ok.type), this.#type(err.type)];
    return { type: `Outcome<${value.type}, ${error.type}>`, codec: `${this.#use('result')}(${value.codec}, ${error.codec})` };
  }

  #array({ len, type }) {
    if (this.#isByte(type)) {
      if (len === 32) return { type: 'Hex', codec: this.#use('hash') };
      return { type: 'Hex', codec: `${this.#use('fixed')}(${len})` };
    }
    const of = this.#type(type);
    return { type: `${of.type}[]`, codec: `${this.#use('array')}(${of.codec}, ${len})` };
  }

  #tuple(ids, codec) {
    if (ids.length === 0) return { type: 'null', codec: this.#use('unit') };
    const parts = ids.map((id) => this.#type(id));
    const types = `[${parts.map(({ type }) => type).join(', ')}]`;
    return { type: types, codec: `${this.#use(codec)}<${types}>(${parts.map((part) => part.codec).join(', ')})` };
  }

  #reference(id) {
    if (!this.#named.has(id)) {
      const name = this.#nameOf(id);
      this.#named.set(id, name);
      if (!this.#import(id, name)) {
        this.declared.set(this.#path(id), { name, shape: this.shape(id) });
        const declaration = this.#declare(id, name);
        this.#declarations.push(this.#note(declaration));
      }
    }
    const name = this.#named.get(id);
    return { type: name, codec: name };
  }

  #path(id) {
    return this.#types.get(id).path.join('::');
  }

  /** What a type is, through and through, by which the same one is known in another contract's metadata. */
  shape(id) {
    const { def, path } = this.#types.get(id);
    return JSON.stringify([path, def], (key, value) => (key === 'type' ? this.shape(value) : key === 'tuple' ? value.map((one) => this.shape(one)) : value));
  }

  /** Takes a type of another contract's from that contract's module, if it is the same there. */
  #import(id, name) {
    const path = this.#path(id);
    const other = this.others.find((one) => path.startsWith(`${one.name}::`));
    const found = other?.declared.get(path);
    if (found?.shape !== this.shape(id)) return false;
    const file = `./${other.name.replaceAll('_', '-')}.js`;
    const as = found.name === name ? name : `${found.name} as ${name}`;
    this.#imports.set(file, [...(this.#imports.get(file) ?? []), as]);
    return true;
  }

  #importLines() {
    return [...this.#imports].map(([file, all]) => {
      const own = all.map((one) => one.split(' as ').at(-1)).sort();
      return `import { ${all.sort().join(', ')} } from '${file}';\n\nexport { ${own.join(', ')} };\n`;
    });
  }

  /** Errors, and what another crate's type is called the same as, are named by their crate, too. */
  #nameOf(id) {
    const { path } = this.#types.get(id);
    const last = path.at(-1);
    const same = [...this.#types.values()].filter((type) => type.path?.at(-1) === last && 'variant' in type.def | 'composite' in type.def);
    const foreign = path[0] !== this.name && same.length > 1;
    const name = last === 'Error' || foreign ? `${pascal(path[0])}${last}` : last;
    if (this.#taken.has(name)) throw new Error(`${this.name} has two types ${name}.`);
    this.#taken.add(name);
    return name;
  }

  #declare(id, name) {
    const { docs } = this.#types.get(id);
    const [kind, def] = this.#kind(id);
    if (kind === 'composite') {
      const { type, codec } = this.#fields(def.fields ?? [], '');
      const shape = type.startsWith('{') ? `export interface ${name} ${type}` : `export type ${name} = ${type};`;
      return `${comment(docs)}${shape}\nexport const ${name}: Codec<${name}> = /* @__PURE__ */ ${codec.replace(/^struct\(/, `struct<${name}>(`)};\n`;
    }
    return this.#choice(id, name, def.variants ?? []);
  }

  #choice(id, name, all) {
    const { docs } = this.#types.get(id);
    all.forEach(({ index }, i) => {
      if (index !== i) throw new Error(`The variants of ${name} are not numbered one by one.`);
    });
    const isRefusal = this.#refusals.has(id);
    if (all.every(({ fields = [] }) => fields.length === 0)) {
      const union = all.map((one) => `\n${comment(one.docs, '  ')}  | '${one.name}'`).join('');
      const labels = `[${all.map((one) => `'${one.name}'`).join(', ')}]`;
      const said = isRefusal ? `, [\n${all.map((one) => `  ${JSON.stringify(sentence(one.docs))},\n`).join('')}]` : '';
      return `${comment(docs)}export type ${name} =${union};\nexport const ${name}: Codec<${name}> = /* @__PURE__ */ ${this.#use('names')}(${labels}${said});\n`;
    }
    const parts = all.map((one) => ({ ...one, inner: one.fields?.length ? this.#fields(one.fields, '  ', isRefusal) : null }));
    const union = parts.map(({ name, docs, inner }) => `\n${comment(docs, '  ')}  | { type: '${name}'${inner ? `; value: ${inner.type}` : ''} }`);
    const rows = parts.map(({ name, docs, inner }) => {
      const rest = [inner?.codec ?? (isRefusal ? 'null' : ''), isRefusal ? JSON.stringify(sentence(docs)) : ''];
      return `  [${[`'${name}'`, ...rest].filter(Boolean).join(', ')}],\n`;
    });
    return `${comment(docs)}export type ${name} =${union.join('')};\nexport const ${name}: Codec<${name}> = /* @__PURE__ */ ${this.#use('variants')}<${name}>([\n${rows.join('')}]);\n`;
  }

  /** Fields of a struct or a variant: named ones are an object, one without a name is what it holds. */
  #fields(fields, indent, isRefusal = false) {
    if (fields.length && !fields[0].name) {
      if (fields.length === 1) return this.#type(fields[0].type);
      return this.#tuple(fields.map((field) => field.type), isRefusal ? 'wordy' : 'tuple');
    }
    const parts = fields.map((field) => ({ ...field, name: camel(field.name), of: this.#type(field.type) }));
    const types = parts.map(({ docs, name, of }) => `${comment(docs, `${indent}  `)}${indent}  ${name}: ${of.type};\n`);
    const codecs = parts.map(({ name, of }) => `${name}: ${of.codec}`);
    return { type: `{\n${types.join('')}${indent}}`, codec: `${this.#use('struct')}({ ${codecs.join(', ')} })` };
  }

  // ---- Messages and events ----

  /** What says why a message refuses, and all choices in it. */
  #findRefusals({ constructors, messages }) {
    const visit = (id) => {
      const [kind, def] = this.#kind(id);
      if (kind !== 'variant' || this.#refusals.has(id)) return;
      this.#refusals.add(id);
      for (const { fields = [] } of def.variants ?? []) fields.forEach(({ type }) => visit(type));
    };
    const all = [...constructors, ...messages].map(({ returnType }) => this.#answer(returnType.type).refusal);
    // Also what says why one of several was skipped.
    for (const [id, { path }] of this.#types) if (/^(Skip|.*Error)$/.test(path?.at(-1) ?? '') && path[0] !== 'ink_primitives') visit(id);
    all.filter((id) => id !== null).forEach(visit);
  }

  /** ink! wraps each answer; and what the contract answers may be a refusal. */
  #answer(returns) {
    const [ok] = this.#types.get(returns).params;
    const { path = [], params } = this.#types.get(ok.type);
    if (path.at(-1) !== 'Result') return { answer: ok.type, refusal: null };
    return { answer: params[0].type, refusal: params[1].type };
  }

  #message({ label, selector, args, docs, returnType, mutates = true, payable }) {
    const name = camel(label.split('::').at(-1));
    const parts = args.map(({ label, type }) => ({ name: camel(label), of: this.#type(type.type) }));
    const types = parts.length ? `{ ${parts.map(({ name, of }) => `${name}: ${of.type}`).join('; ')} }` : 'Record<never, never>';
    const codecs = parts.length ? `{ ${parts.map(({ name, of }) => `${name}: ${of.codec}`).join(', ')} }` : '{}';
    const { answer, refusal } = this.#answer(returnType.type);
    const [given, refused] = [this.#type(answer), refusal === null ? null : this.#type(refusal)];
    const may = payable ? 'pay' : mutates ? 'write' : 'read';
    const generics = [types, given.type, ...(refused ? [refused.type] : [])].join(', ');
    const rest = [given.codec, ...(refused ? [refused.codec] : [])].join(', ');
    return this.#note(
      `${comment(docs, '  ')}  ${name}: /* @__PURE__ */ message<${generics}>('${label}', '${selector}', '${may}', ${codecs}, ${rest}),\n`,
    );
  }

  #event({ label, args, signature_topic: topic }) {
    const parts = args.map(({ label, type }) => `${camel(label)}: ${this.#type(type.type).codec}`);
    return `    { name: '${label}', topic: ${topic ? `'${topic.slice(0, TOPIC)}'` : 'null'}, fields: /* @__PURE__ */ ${this.#use('struct')}({ ${parts.join(', ')} }) },\n`;
  }

  #eventTypes(events) {
    const union = events.map(({ label, args, docs }) => {
      const fields = args.map(({ label, type, docs }) => `${comment(docs, '        ')}        ${camel(label)}: ${this.#type(type.type).type};\n`);
      return `\n${comment(docs, '  ')}  | {\n      name: '${label}';\n      fields: {\n${fields.join('')}      };\n    }`;
    });
    return this.#note(`/** What it tells. */\nexport type Event =${union.join('')};\n`);
  }
}
