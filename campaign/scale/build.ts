// A log of made-up receipts and its tables: one process writes, another folds what is written, as they do in an instance.
// Both go on where they were interrupted.
import { fileURLToPath } from 'node:url';
import { startNode } from '../soak/processes.ts';
import { markOf, placeOf, type Mark, type Place } from './place.ts';

const WRITE = fileURLToPath(new URL('./write.ts', import.meta.url));
const FOLD = fileURLToPath(new URL('./fold.ts', import.meta.url));

export interface Built {
  readonly place: Place;
  readonly mark: Mark;
}

export async function build(
  folder: string,
  asked: { readonly seed: number; readonly receipts: number },
  say: (line: string) => void,
): Promise<Built> {
  const place = placeOf(folder);
  markOf(place, asked);
  const parts = [WRITE, FOLD].map((name) => ({ name, running: startNode([name, folder], say) }));
  await Promise.all(
    parts.map(async ({ name, running }) => {
      const code = await running.ended;
      if (code !== 0) throw new Error(`${name} ended with ${code}:\n${running.said()}`);
    }),
  );
  return { place, mark: markOf(place, asked) };
}
