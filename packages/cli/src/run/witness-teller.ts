// What a witness says of its work: of each log that it cosigns, now and then; of what it refuses, each kind at most every
// ten seconds, so that nobody can fill a disk by sending nonsense; of a contradiction always.
import { systemClock } from '@weighbridge/kernel';
import type { Followed, WitnessEvent } from '@weighbridge/journal';
import type { Context } from '../frame/command.ts';
import { count, instant } from '../frame/text-table.ts';
import { unknownKeysText } from '../read/unknown-keys.ts';

export type Told = WitnessEvent | (Followed & { readonly what: Followed['outcome']; readonly file: string });
export type Teller = (told: Told) => void;

const HOUR_MS = 3_600_000;
const REFUSED_MS = 10_000;
const UNREACHABLE_MS = 600_000;
const KINDS_MOST = 1_000;

export function createTeller({ out }: Context): Teller {
  const last = new Map<string, number>();
  return (told) => {
    const at = systemClock.wall();
    const key = `${told.what} ${told.origin}`;
    const grave = told.what === 'contradiction' || told.what === 'inconsistent';
    const pause = told.what === 'cosigned' ? HOUR_MS : told.what === 'unreachable' ? UNREACHABLE_MS : REFUSED_MS;
    if (!grave && at - (last.get(key) ?? Number.NEGATIVE_INFINITY) < pause) return;
    if (last.size < KINDS_MOST || last.has(key)) last.set(key, at);
    const { what, ...facts } = told;
    out.line({ event: what, at, ...facts }, () => `${instant(at)}  ${sentence(told, out.paint)}`);
  };
}

function sentence(told: Told, paint: Context['out']['paint']): string {
  const why = 'why' in told ? told.why : 'problem' in told ? told.problem : undefined;
  const size = told.size === undefined ? '' : ` at ${count(told.size)} entries`;
  if (told.what === 'cosigned') {
    const unknown = 'unknown_keys' in told ? `; ${unknownKeysText(told.unknown_keys)}` : '';
    return `${paint.good('cosigned')} ${told.origin}${size}${unknown}`;
  }
  if (told.what === 'unreachable') return `${paint.doubt('away')} ${told.origin}: ${why}`;
  if (told.what === 'refused') return `${paint.doubt('refused')} ${told.origin}${size}: ${why}`;
  return `${paint.bad('CONTRADICTION')} ${told.origin}${size}: ${why}. Nothing was cosigned`;
}
