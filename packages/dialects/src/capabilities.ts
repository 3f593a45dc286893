// What survives a change of dialect, as data: one row per feature, one cell per pair, one sentence per cell. The
// readers and writers of `form/` report by these names and no others, and a test holds them to the table.
import { AppError, invariant } from '@weighbridge/kernel';
import type { DialectId } from '@weighbridge/protocol';
import type { CapabilityRow, Cell, DialectPair } from './capability-row.ts';
import { CONVERSE_ROWS, withConverse } from './capability-rows-converse.ts';
import { cellsOf, RESPONSES_CELLS, RESPONSES_ROWS } from './capability-rows-responses.ts';
import { ANSWER_ROWS, REQUEST_ROWS } from './capability-rows.ts';
import type { Fidelity } from './types.ts';

/** A row of Chat and Messages with its crossings from and to Responses. */
const withResponses = ([feature, row]: [string, CapabilityRow]): [string, CapabilityRow] => [
  feature,
  { ...row, cells: { ...row.cells, ...cellsOf(RESPONSES_CELLS[feature] ?? {}) } },
];

export const CAPABILITIES: Readonly<Record<string, CapabilityRow>> = {
  ...withConverse({
    ...Object.fromEntries(Object.entries({ ...REQUEST_ROWS, ...ANSWER_ROWS }).map(withResponses)),
    ...RESPONSES_ROWS,
  }),
  ...CONVERSE_ROWS,
};

export const pairOf = (from: DialectId, to: DialectId): DialectPair => `${from}>${to}`;

/** The cell of a feature; `lost` for a name the table does not know, so that news is never taken for support. */
export function capability(
  feature: string,
  from: DialectId,
  to: DialectId,
): Cell & { weight: CapabilityRow['weight'] } {
  const row = Object.hasOwn(CAPABILITIES, feature) ? CAPABILITIES[feature] : undefined;
  const cell = row?.cells[pairOf(from, to)];
  if (row === undefined || cell === undefined) {
    return { survival: 'lost', why: `${to} has no counterpart known to this version`, weight: 'strict' };
  }
  return { ...cell, weight: row.weight };
}

export interface FidelityCheck {
  readonly from: DialectId;
  readonly to: DialectId;
  readonly features: Iterable<string>;
  readonly fidelity: Fidelity;
}

/**
 * The features that would not arrive as they were sent, sorted; empty when dialects are the same.
 * Throws `FEATURE_UNSUPPORTED`, naming each feature and why, when `strict` (anything lost or approximated) or
 * `default` (something of weight `strict` lost) forbids it. `warn` never throws.
 */
export function checkFidelity(check: FidelityCheck): readonly string[] {
  const { from, to, fidelity } = check;
  if (from === to) return [];
  const lost: string[] = [];
  const refused: string[] = [];
  for (const feature of new Set(check.features)) {
    const { survival, weight } = capability(feature, from, to);
    if (survival === 'kept') continue;
    lost.push(feature);
    if (fidelity === 'strict' || (fidelity === 'default' && survival === 'lost' && weight === 'strict'))
      refused.push(feature);
  }
  if (refused.length > 0) throw unsupported(refused.toSorted(), from, to);
  return lost.toSorted();
}

function unsupported(features: readonly string[], from: DialectId, to: DialectId): AppError {
  const reasons = features.map((feature) => `"${feature}" (${capability(feature, from, to).why})`).join('; ');
  const many = features.length > 1;
  return new AppError(
    'FEATURE_UNSUPPORTED',
    `the request uses ${many ? 'features' : 'a feature'} that cannot be translated from ${from} to ${to}: ${reasons}`,
    { details: { features, from, to } },
  );
}

/** Collects what a translation could not carry. Only names of the table can be reported. */
export class Losses {
  readonly from: DialectId;
  readonly to: DialectId;
  readonly #found = new Set<string>();

  constructor(from: DialectId, to: DialectId) {
    this.from = from;
    this.to = to;
  }

  add(feature: string): void {
    const known = Object.hasOwn(CAPABILITIES, feature) && CAPABILITIES[feature]?.cells[pairOf(this.from, this.to)];
    invariant(
      known && known.survival !== 'kept',
      `the capability table has a loss "${feature}" for ${this.from}>${this.to}`,
    );
    this.#found.add(feature);
  }

  /** For what the form's neutral part has no place for: a target of the reader's own family may have one. */
  beyond(feature: string): void {
    if (capability(feature, this.from, this.to).survival !== 'kept') this.add(feature);
  }

  get names(): readonly string[] {
    return [...this.#found].toSorted();
  }
}
