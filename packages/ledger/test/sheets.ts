// Small price files for tests: real text through the real reader.
import {
  compileBook,
  createRater,
  expandFiles,
  readPriceFile,
  type PriceBook,
  type PricedDeployment,
  type PriceRater,
} from '../src/index.ts';
import type { Usage } from '@weighbridge/protocol';

export const HEAD = `format: 1
seller: acme
title: Acme models
currency: USD
default_scope: global
sold_over: [{ cloud: acme-cloud }]
tiers: { default: standard, fast: priority }
prepaid: { reserved: paid ahead by the month }
sticky_tiers: [reserved]
speeds: { quick: fast }
geos: { world: global, us: regional }
id_prefixes: [{ match: '^us\\.', scope: multi_region }, { match: '^acme\\.' }]
id_suffixes: ['-\\d{8}$', '-v\\d+$']
id_aliases: { old-one: one }
regions: [{ match: '^eu-', scope: regional }, { match: '^eu-north', place: north }]
unpriced_regions: [{ match: '^moon-', why: the moon has rates of its own }]
sources:
  page: { page: acme.example/pricing, read: 2026-01-02, confidence: published }
  word: { page: a forum, read: 2026-01-03, confidence: third_party }
`;

export const LINES = `prices:
  - { model: one, from: 2026-01-01, upto: 1000, source: page, input: 2, cache_read: 0.2, cache_write_5m: 2.5, cache_write_1h: 4, output: 8 }
  - { model: one, from: 2026-01-01, over: 1000, source: page, input: 4, cache_read: 0.4, cache_write_5m: 5, cache_write_1h: 8, output: 12 }
  - { model: two, scope: "*", from: 2026-01-01, source: word, input: 1, output: 3 }
  - { model: "*", scope: "*", tier: "*", mode: "*", from: 2026-01-01, source: page, web_search: 0.01, code_execution: not-by-use, note: by the hour }
derive:
  - { factor: 11/10, models: [one], take: { scope: global }, make: { scope: [regional, multi_region] }, source: page }
  - { factor: 1/2, models: ["*"], except: [two], take: { tier: standard }, make: { tier: batch }, source: page }
`;

export const ACME = HEAD + LINES;

export const bookOf = (...texts: readonly string[]): PriceBook =>
  compileBook(expandFiles(texts.map((text, layer) => ({ file: readPriceFile(`file-${layer}.yaml`, text), layer }))));

export const raterOf = (...texts: readonly string[]): PriceRater => createRater(bookOf(...texts));

export const deployment = (over: Partial<PricedDeployment> = {}): PricedDeployment => ({
  cloud: 'acme-cloud',
  model: 'one',
  region: 'anywhere',
  tier: 'standard',
  roles: { seller: 'acme' },
  ...over,
});

export const reported = (tokens: Usage['tokens'], rest: Partial<Usage> = {}): Usage => ({
  tokens,
  source: 'reported',
  raw: null,
  ...rest,
});

export const at = (text: string): number => Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
