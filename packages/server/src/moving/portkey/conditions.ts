// A query of a Portkey config as a condition of a candidate, or as names of models that lead to it. What our conditions cannot say
// is not carried, and never widened: the request then goes where the default goes, and the report says so.
import type { Fields } from '../draft.ts';
import { bagOf, listOf, numberOf, type Bag } from '../values.ts';

export type Query =
  /** The caller's model is one of these. */
  | { readonly kind: 'models'; readonly models: readonly string[] }
  | { readonly kind: 'when'; readonly when: Fields }
  | { readonly kind: 'unknown'; readonly why: string };

const TAG = /^[a-z][a-z0-9_.-]{0,62}$/;
const unknown = (why: string): Query => ({ kind: 'unknown', why });

export function readQuery(query: unknown): Query {
  const parts = Object.entries(bagOf(query) ?? {});
  if (parts.length === 0) return unknown('the condition says nothing');
  const read = parts.map(([key, value]) => readPart(key, value));
  const [first] = read;
  return read.length === 1 && first !== undefined ? first : allOf(read);
}

function readPart(key: string, value: unknown): Query {
  if (key === '$and') return allOf(listOf(value).map(readQuery));
  if (key === '$or') return anyOf(listOf(value).map(readQuery));
  const [, space, name = ''] = /^(metadata|params|url)\.(.+)$/.exec(key) ?? [];
  if (space === 'metadata') return values(name, value);
  if (space === 'params') return param(name, value);
  return unknown(`no condition here looks at ${key.slice(0, 64)}`);
}

/** `$eq`, `$in`, or the value itself. */
function equalTo(value: unknown): readonly string[] | undefined {
  const bag = bagOf(value);
  const held = bag === null ? [value] : (only(bag, '$eq') ?? listOf(only(bag, '$in')?.[0]));
  const texts = held.filter((each) => ['string', 'number', 'boolean'].includes(typeof each)).map(String);
  return texts.length === held.length && texts.length > 0 && texts.length <= 64 ? texts : undefined;
}

/** The one operator of a comparison, if it is this. */
const only = (bag: Bag, operator: string): readonly unknown[] | undefined =>
  Object.keys(bag).length === 1 && bag[operator] !== undefined ? [bag[operator]] : undefined;

function values(name: string, value: unknown): Query {
  const wanted = equalTo(value);
  if (wanted === undefined) return unknown('conditions here compare metadata for being equal to one of several values');
  const held = wanted.length === 1 ? wanted[0] : wanted;
  return { kind: 'when', when: TAG.test(name) ? { tags: { [name]: held } } : { metadata: { [name]: held } } };
}

function param(name: string, value: unknown): Query {
  if (name === 'model') {
    const models = equalTo(value);
    return models === undefined
      ? unknown('a model is told by its name: one of several, or with a * at the end as an alias')
      : { kind: 'models', models };
  }
  if (name === 'stream') {
    const [wanted] = equalTo(value) ?? [];
    return wanted === undefined
      ? unknown('a stream is asked for or not')
      : { kind: 'when', when: { stream: wanted === 'true' } };
  }
  if (name === 'max_tokens' || name === 'max_completion_tokens') return range(bagOf(value) ?? {});
  return unknown(`no condition here looks at the parameter ${name.slice(0, 64)}`);
}

function range(bag: Bag): Query {
  const bounds: Fields = {};
  for (const [operator, value] of Object.entries(bag)) {
    const number = numberOf(value);
    const [side, step] = BOUNDS[operator] ?? [];
    if (
      side === undefined ||
      step === undefined ||
      number === undefined ||
      !Number.isInteger(number) ||
      number + step < 0
    )
      return unknown('output tokens are compared with whole numbers by $gt, $gte, $lt and $lte');
    bounds[side] = number + step;
  }
  return { kind: 'when', when: { max_output_tokens: bounds } };
}

const BOUNDS: Readonly<Record<string, readonly ['at_least' | 'at_most', number]>> = {
  $gt: ['at_least', 1],
  $gte: ['at_least', 0],
  $lt: ['at_most', -1],
  $lte: ['at_most', 0],
};

function allOf(parts: readonly Query[]): Query {
  let when: Fields | undefined = {};
  for (const part of parts) {
    if (part.kind === 'unknown') return part;
    if (part.kind === 'models')
      return unknown('a model together with something else: make a route of the model, with candidates under `when`');
    when = when === undefined ? undefined : bothHold(when, part.when);
  }
  return when === undefined || parts.length === 0
    ? unknown('two conditions of one name cannot both be said')
    : { kind: 'when', when };
}

/** Undefined where they speak of the same thing. */
export function bothHold(one: Fields, other: Fields): Fields | undefined {
  const both: Fields = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const held = bagOf(both[name]);
    const more = bagOf(value);
    if (both[name] === undefined) both[name] = value;
    else if (held === null || more === null || Object.keys(more).some((key) => held[key] !== undefined))
      return undefined;
    else both[name] = { ...held, ...more };
  }
  return both;
}

/** One name that may have several values is all that "or" can say here. */
function anyOf(parts: readonly Query[]): Query {
  const failed = parts.find((part) => part.kind === 'unknown');
  if (failed !== undefined) return failed;
  if (parts.length > 0 && parts.every((part) => part.kind === 'models'))
    return { kind: 'models', models: parts.flatMap(({ models }) => models) };
  let either: Fields | undefined;
  for (const part of parts) {
    if (part.kind !== 'when') return unknown('a model or something else: make a route of the model');
    either = either === undefined ? part.when : eitherHolds(either, part.when);
    if (either === undefined)
      return unknown('"or" between different things is two candidates: write each with its `when`');
  }
  return either === undefined ? unknown('the condition says nothing') : { kind: 'when', when: either };
}

/** Undefined where one list of values cannot say it. */
export function eitherHolds(one: Fields, other: Fields): Fields | undefined {
  const [[kind, held] = ['', null]] = Object.entries(one);
  const [[otherKind, more] = ['', null]] = Object.entries(other);
  const [a, b] = [bagOf(held), bagOf(more)];
  if (kind !== otherKind || !['tags', 'metadata'].includes(kind) || a === null || b === null) return undefined;
  if (Object.keys(one).length !== 1 || Object.keys(other).length !== 1) return undefined;
  const [name = ''] = Object.keys(a);
  if (Object.keys(a).length !== 1 || Object.keys(b).length !== 1 || b[name] === undefined) return undefined;
  const all = [a[name], b[name]].flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]));
  return { [kind]: { [name]: [...new Set(all)] } };
}
