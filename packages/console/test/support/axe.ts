// What axe-core finds wrong with a page, as far as it is serious; and the look at a page that every page's test takes: each width
// is loaded once, every rule is asked in light, and in dark, without another load, the rule that colours can break.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { Site } from './browser.ts';

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** A page that asks anew dims for that moment: what is found then is looked at again once it is still. */
const LOOKS = 4;

export interface Look {
  readonly path: string;
  /** Of the window, in CSS pixels. */
  readonly width: number;
  /** Resolves once the page shows what is to be looked at. */
  readonly ready?: (page: Page) => Promise<unknown>;
}

/** In light and dark axe finds nothing serious and nothing is wider than the screen. The page stays open, in dark. */
export async function soundPage(site: Pick<Site, 'open'>, { path, width, ready }: Look): Promise<Page> {
  const page = await site.open(path, { viewport: { width, height: 900 }, colorScheme: 'light' });
  await ready?.(page);
  await mustBeSound(page, path);
  return page;
}

/** Of a page that is open and light. */
export async function mustBeSound(page: Page, path: string): Promise<void> {
  const width = page.viewportSize()?.width;
  assert.deepEqual(await findings(page), [], `${path} in light at ${width} px`);
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.deepEqual(await findings(page, ['color-contrast']), [], `${path} in dark at ${width} px`);
  assert.equal(
    await page.evaluate(() => document.documentElement.scrollWidth),
    width,
    `${path} is as wide as its window`,
  );
}

/** Serious and critical findings of axe, one line each; of all rules, or of those that are named. */
export async function findings(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  await page.evaluate(AXE);
  let found: readonly string[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    await page.waitForFunction(
      () => document.querySelector('[aria-busy=true]') === null && document.getAnimations().length === 0,
    );
    found = await lookOnce(page, rules);
    if (found.length === 0) break;
  }
  return found;
}

function lookOnce(page: Page, rules: readonly string[] | undefined): Promise<readonly string[]> {
  return page.evaluate(async (named) => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(options: object): Promise<{
          violations: readonly {
            id: string;
            impact: string;
            nodes: readonly { target: unknown; failureSummary: string }[];
          }[];
        }>;
      };
    };
    const { violations } = await axe.run(named === undefined ? {} : { runOnly: named });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${String(target)} ${failureSummary.slice(0, 160)}`),
      );
  }, rules);
}
