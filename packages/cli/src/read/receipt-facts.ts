// What a verified receipt is a receipt of, what it shows and what it keeps back, and in plain words what it proves. Only
// made of a receipt whose proof holds: before that, nothing it says is worth repeating.
import type { Verification } from '@weighbridge/journal';
import { GROUPS, type CallPublic, type EntryKind, type Group, type Leaf } from '@weighbridge/protocol';
import { counted, instant } from '../frame/text-table.ts';

export interface ReceiptFacts {
  readonly id: string;
  readonly kind: EntryKind;
  /** UTC milliseconds. */
  readonly at: number;
  /** How the call ended; null where that is not disclosed, or the entry is no call. */
  readonly outcome: string | null;
  /** Null where neither the public group nor the log's name tells. */
  readonly simulated: boolean | null;
  readonly disclosed: readonly Group[];
  readonly undisclosed: readonly Group[];
  readonly proves: string;
  readonly does_not_prove: string;
}

export function receiptFacts(
  leaf: Leaf,
  groups: Readonly<Partial<Record<Group, unknown>>>,
  { origin, size }: Verification,
): ReceiptFacts {
  const disclosed = GROUPS.filter((name) => groups[name] !== undefined);
  const said = groups.public as Partial<CallPublic> | undefined;
  const proves = `This entry was in the log of ${origin} when that held ${counted(size ?? 0, 'entry', 'entries')}, and has not been changed since.`;
  return {
    id: leaf.id,
    kind: leaf.kind,
    at: leaf.at,
    outcome: said?.outcome ?? null,
    simulated: said?.simulated ?? simulatedBy(origin),
    disclosed,
    undisclosed: GROUPS.filter((name) => leaf.groups[name] !== undefined && groups[name] === undefined),
    proves:
      disclosed.length === 0
        ? `${proves} Of what it says, nothing is disclosed: only its id, kind and time are shown.`
        : proves,
    does_not_prove: 'It says nothing on whether what was measured is right, nor on anything that is not disclosed.',
  };
}

/** Our logs are named organisation/kind/node; another name does not tell. */
function simulatedBy(origin: string | undefined): true | null {
  const kind = origin?.split('/').at(-2);
  return kind === 'lab' || kind === 'sample' ? true : null;
}

export const factLines = (facts: ReceiptFacts): [string, string][] => [
  ['Receipt of', `${facts.kind} ${facts.id}`],
  ['Time', instant(facts.at)],
  ...(facts.kind === 'call' ? [['Outcome', facts.outcome ?? 'not disclosed'] as [string, string]] : []),
  ...(facts.simulated === true
    ? [['Simulated', 'yes: of a simulated cloud; no real money was spent'] as [string, string]]
    : []),
  ['Discloses', facts.disclosed.length === 0 ? 'nothing: no group is in the file' : facts.disclosed.join(', ')],
  ...(facts.undisclosed.length === 0 ? [] : [['Keeps back', facts.undisclosed.join(', ')] as [string, string]]),
];
