// The console over the made-up organisation's contracts and commitments.
import { openSite, type Site } from './browser.ts';
import { makeLog } from './journal.ts';
import { openSampleApi } from './sample-api.ts';
import { NOW } from './sample-organisation.ts';

export interface DealSite extends Site {
  /** Answers first, where a test wants another answer than that of the sample; null: none. */
  instead(answer: ((path: string, method: string) => Response | null) | null): void;
}

const CALLS = 20;

export async function openDealSite(): Promise<DealSite> {
  const endings: (() => unknown)[] = [];
  const log = makeLog({ after: (ending) => void endings.push(ending as () => unknown) });
  const api = await openSampleApi(log, CALLS);
  let first: (path: string, method: string) => Response | null = () => null;
  const site = await openSite('index.html', {
    now: NOW,
    extra: (path, body, method) => first(path, method) ?? api.answer(path, body, method),
  });
  return {
    ...site,
    instead: (answer) => void (first = answer ?? (() => null)),
    close: async () => {
      await site.close();
      for (const ending of endings) await ending();
    },
  };
}
