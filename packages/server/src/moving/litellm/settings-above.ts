// A setting that may stand in several sections: the first that says it holds, and of the others it is told that they did not.
import { pathText, type DocumentPath } from '@weighbridge/document';
import type { Settings } from '../settings.ts';

export interface Found {
  readonly value: unknown;
  readonly path: DocumentPath;
}

/** `places`: from the one that holds to the one that is looked at last. */
export function firstOf(settings: Settings, places: readonly DocumentPath[]): Found | undefined {
  const found = places
    .map((path) => ({ path, value: settings.at(path) }))
    .filter(({ value }) => value !== undefined && value !== null);
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  for (const { path } of others) settings.left(path, `${pathText(first.path)} stands above it`);
  return first;
}
