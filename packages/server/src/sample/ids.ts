// Ids of the sample's entries: drawn from the seed, in order of time.
import { createUlid } from '@weighbridge/kernel';
import { Draw } from './draw.ts';

export type Ids = (at: number) => string;

/** `name`: of the stream that they are drawn from. */
export function idsFrom(seed: number, name: string): Ids {
  const draw = new Draw(seed, name);
  let now = 0;
  const next = createUlid(
    () => now,
    (bytes) => draw.fill(bytes),
  );
  return (at) => {
    now = at;
    return next();
  };
}
