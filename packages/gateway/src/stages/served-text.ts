// The `served` part of a receipt as canonical text. Most of it is the same for every answer of a deployment: those
// pieces are quoted once, and what a single answer said of itself is set between them.
import type { CacheServed, Served } from '@weighbridge/protocol';
import { quoted, sortedText } from './text.ts';

/** What stands before, between and behind what differs by answer. Keys in sorted order. */
interface Pieces {
  readonly biller: string;
  readonly toCapacity: string;
  readonly toEvidence: string;
  readonly toModelReported: string;
  readonly toRegion: string;
  readonly toSeller: string;
}

/** By the object whose roles and names an answer of it carries: a deployment is frozen, and has one of each. */
const known = new WeakMap<object, Pieces>();

/** `deployment`: the one that `served` was made from, null when there is none at hand. */
export function servedText(served: Served, deployment: object | null, cached: CacheServed | null): string {
  const pieces = piecesOf(served, deployment);
  const { region } = served;
  const model = served.model_reported === null ? 'null' : quoted(served.model_reported);
  const reported = region.reported === null ? 'null' : quoted(region.reported);
  return (
    `${pieces.biller}${cached === null ? '' : cacheText(cached)}${pieces.toCapacity}"${served.capacity}"${pieces.toEvidence}${sortedText(served.evidence)}` +
    `,"fallback":${served.fallback}${pieces.toModelReported}${model}${pieces.toRegion}{"configured":` +
    `${quoted(region.configured)},"grade":${region.grade},"reported":${reported}}${reservationText(served)}${pieces.toSeller}` +
    `${served.spilled_from === undefined ? '' : `,"spilled_from":${quoted(served.spilled_from)}`},"tier":${quoted(served.tier)}}`
  );
}

/** Keys in sorted order. */
function reservationText({ reservation }: Served): string {
  if (reservation === undefined) return '';
  const { full, of, said, why } = reservation;
  const left = full === undefined ? '' : `"full":${full},`;
  return `,"reservation":{${left}"of":${quoted(of)}${said === undefined ? '' : `,"said":${said}`},"why":"${why}"}`;
}

function piecesOf(served: Served, deployment: object | null): Pieces {
  const found = deployment === null ? undefined : known.get(deployment);
  if (found !== undefined) return found;
  const pieces = quotePieces(served);
  if (deployment !== null) known.set(deployment, pieces);
  return pieces;
}

function quotePieces(served: Served): Pieces {
  const { biller, cloud, deployment, developer, host, model_requested, operator, processor, seller } = served;
  const member = (name: string, value: string): string => `,"${name}":${quoted(value)}`;
  return {
    biller: `{"biller":${quoted(biller)}`,
    toCapacity: ',"capacity":',
    toEvidence: `${member('cloud', cloud)}${member('deployment', deployment)}${member('developer', developer)},"evidence":`,
    toModelReported: `${member('host', host)},"model_reported":`,
    toRegion: `${member('model_requested', model_requested)}${member('operator', operator)}${member('processor', processor)},"region":`,
    toSeller: `${member('seller', seller)}${member('sla_provider', served.sla_provider)}`,
  };
}

/** Keys in sorted order. */
function cacheText({ age_ms: age, answer, receipt, status }: CacheServed): string {
  const parts: string[] = [];
  if (age !== undefined) parts.push(`"age_ms":${age}`);
  if (answer !== undefined) parts.push(`"answer":${quoted(answer)}`);
  if (receipt !== undefined) parts.push(`"receipt":"${receipt}"`);
  parts.push(`"status":"${status}"`);
  return `,"cache":{${parts.join(',')}}`;
}
