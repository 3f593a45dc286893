// The tokens are data; here they are held to what the design promises of them, in numbers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { contrast, distance, greyOf, inGamut, parseOklch, seenBy, type Oklch, type Vision } from './support/colour.ts';

const CSS = readFileSync(join(import.meta.dirname, '../src/style/tokens.css'), 'utf8');
const SCHEMES = ['light', 'dark'] as const;
type Scheme = (typeof SCHEMES)[number];

function readColours(): Readonly<Record<Scheme, ReadonlyMap<string, Oklch>>> {
  const colours = { light: new Map<string, Oklch>(), dark: new Map<string, Oklch>() };
  for (const [, name = '', light = '', dark = ''] of CSS.matchAll(
    /^ {2}--([\w-]+): light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\);$/gm,
  )) {
    if (light.includes('/')) continue;
    colours.light.set(name, parseOklch(light));
    colours.dark.set(name, parseOklch(dark));
  }
  return colours;
}

const COLOURS = readColours();
const CATEGORIES = [1, 2, 3, 4, 5, 6, 7, 8].map((i) => `cat-${i}`);
const SURFACES = ['n-1', 'n-2', 'n-3', 'n-4'];
const SEMANTIC = ['good', 'bad', 'warn', 'note'];

function colour(scheme: Scheme, name: string): Oklch {
  const found = COLOURS[scheme].get(name);
  assert.ok(found !== undefined, `--${name} is a token`);
  return found;
}

/** Every pair that has less than it needs, in words. */
function short(scheme: Scheme, pairs: readonly (readonly [string, string])[], needed: number): string[] {
  return pairs
    .map(([front, back]) => ({ front, back, ratio: contrast(colour(scheme, front), colour(scheme, back)) }))
    .filter(({ ratio }) => ratio < needed)
    .map(({ front, back, ratio }) => `${front} on ${back} in ${scheme}: ${ratio.toFixed(2)}, not ${needed}`);
}

const cross = (fronts: readonly string[], backs: readonly string[]): [string, string][] =>
  fronts.flatMap((front) => backs.map((back): [string, string] => [front, back]));

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);

const pairsOf = <T>(items: readonly T[]): [T, T][] =>
  items.flatMap((one, i) => items.slice(i + 1).map((other): [T, T] => [one, other]));

test('the arithmetic of these tests agrees with published values', () => {
  const black = parseOklch('oklch(0% 0 0)');
  const white = parseOklch('oklch(100% 0 0)');
  assert.equal(contrast(black, white).toFixed(2), '21.00');
  // CSS Color 4 gives sRGB red as oklch(62.8% 0.2577 29.23): luminance 0.2126, so 3.998 against white.
  assert.equal(contrast(parseOklch('oklch(62.796% 0.25768 29.234)'), white).toFixed(2), '4.00');
  assert.equal(distance(seenBy('normal', black), seenBy('normal', white)).toFixed(0), '100');
  assert.throws(() => parseOklch('rgb(1 2 3)'), TypeError);
});

for (const scheme of SCHEMES) {
  describe(`colours in ${scheme}`, () => {
    test('every colour can be shown in sRGB as it is written', () => {
      assert.ok(COLOURS[scheme].size === 46, `${COLOURS[scheme].size} tokens were found`);
      const beyond = [...COLOURS[scheme]].filter(([, value]) => !inGamut(value)).map(([name]) => name);
      assert.deepEqual(beyond, []);
    });

    test('text has a contrast of 4.5 to 1 on every surface it may stand on', () => {
      const texts = cross(['n-9', 'n-10', 'n-11', 'accent-text', ...SEMANTIC.map((s) => `${s}-text`)], SURFACES);
      const own = SEMANTIC.flatMap((s) => cross([`${s}-text`, 'n-11', 'n-10'], [`${s}-soft`]));
      const accent = [
        ...cross(['accent-text', 'n-11', 'n-10', 'n-9'], ['accent-soft']),
        ['on-accent', 'accent'] as const,
      ];
      assert.deepEqual(short(scheme, [...texts, ...own, ...accent, ['on-accent', 'accent-strong']], 4.5), []);
    });

    test('amounts can be read on every step of the sequential scale', () => {
      const steps = (from: number, to: number): string[] =>
        Array.from({ length: to - from + 1 }, (_, i) => `seq-${from + i}`);
      const pairs = [...cross(['on-seq-less'], steps(1, 4)), ...cross(['on-seq-more'], steps(5, 7))];
      assert.deepEqual(short(scheme, pairs, 4.5), []);
    });

    test('marks and the edges of controls have a contrast of 3 to 1', () => {
      const marks = cross([...CATEGORIES, 'cat-others', ...SEMANTIC, 'accent', 'n-8'], ['n-1', 'n-2']);
      assert.deepEqual(short(scheme, marks, 3), []);
    });

    test('the neutral scale rises step by step', () => {
      const steps = Array.from({ length: 11 }, (_, i) => colour(scheme, `n-${i + 1}`).l);
      const sorted = steps.toSorted((a, b) => (scheme === 'light' ? b - a : a - b));
      assert.deepEqual(steps, sorted);
      assert.equal(new Set(steps).size, 11);
    });

    for (const vision of ['normal', 'protan', 'deutan', 'tritan'] as const satisfies readonly Vision[]) {
      test(`the eight kinds are told apart by ${vision} eyes`, () => {
        const seen = CATEGORIES.map((name) => seenBy(vision, colour(scheme, name)));
        const closest = least(pairsOf(seen).map(([a, b]) => distance(a, b)));
        assert.ok(closest >= 8.5, `the closest two are ${closest.toFixed(1)} apart`);
      });
    }

    test('the eight kinds differ in greyscale', () => {
      const greys = CATEGORIES.map((name) => greyOf(colour(scheme, name))).sort((a, b) => a - b);
      const closest = least(greys.slice(1).map((grey, i) => grey - (greys[i] ?? 0)));
      assert.ok(closest >= 0.025, `the closest two greys are ${(100 * closest).toFixed(1)} % apart`);
    });

    test('the sequential scale keeps one hue and an even climb', () => {
      const steps = Array.from({ length: 7 }, (_, i) => colour(scheme, `seq-${i + 1}`));
      assert.equal(new Set(steps.map((step) => step.h)).size, 1);
      const gaps = steps.slice(1).map((step, i) => Math.abs(step.l - (steps[i]?.l ?? 0)));
      assert.ok(least(gaps) >= 0.07 && Math.max(...gaps) <= 0.14, gaps.map((gap) => gap.toFixed(3)).join(' '));
    });
  });
}

describe('sizes and times', () => {
  const lengths = (prefix: string): number[] =>
    [...CSS.matchAll(new RegExp(`--${prefix}-(\\d+): ([\\d.]+)rem;`, 'g'))].map(([, name, rem]) => {
      assert.equal(Number(rem) * 16, Number(name), `--${prefix}-${name} is what its name says`);
      return Number(name);
    });

  test('type has six sizes, none below 12', () => assert.deepEqual(lengths('t'), [12, 13, 14, 16, 20, 28]));
  test('space has seven steps', () => assert.deepEqual(lengths('s'), [4, 8, 12, 16, 24, 32, 48]));
  test('no motion lasts longer than 150 ms, and none is left when it is not wanted', () => {
    const times = [...CSS.matchAll(/--(?:quick|slow): (\d+)ms/g)].map(([, ms]) => Number(ms));
    assert.deepEqual(times, [100, 150, 0, 0]);
    assert.match(CSS, /prefers-reduced-motion: reduce\) \{\s+:root \{\s+--quick: 0ms;\s+--slow: 0ms;\s+\}/);
  });
});
