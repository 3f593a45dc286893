// What axe-core finds wrong with a page, as far as it is serious.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** A page that asks anew dims for that moment: what is found then is looked at again once it is still. */
const LOOKS = 4;

/** Serious and critical findings of axe, one line each. */
export async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  let found: readonly string[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    await page.waitForFunction(
      () => document.querySelector('[aria-busy=true]') === null && document.getAnimations().length === 0,
    );
    found = await lookOnce(page);
    if (found.length === 0) break;
  }
  return found;
}

function lookOnce(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(): Promise<{
          violations: readonly {
            id: string;
            impact: string;
            nodes: readonly { target: unknown; failureSummary: string }[];
          }[];
        }>;
      };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${String(target)} ${failureSummary.slice(0, 160)}`),
      );
  });
}
