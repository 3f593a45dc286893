// Parallelism as tables write it: TP8, DEP4 (attention by data, experts whole), TP1,PP2, TP4EP4, DP2TP4 (two copies). What cannot be
// read is a fault, not a guess.
import type { Parallel } from '../performance/setting.ts';
import { rowFault } from './cells.ts';

const WORD = /^(DEP|TEP|DTP|TP|PP|EP|DP|ADP)(\d{1,4})/;

/** `chips`: of the whole row. Copies of a model count as one of them. */
export function parallelIn(text: string, chips: number): Parallel {
  let rest = text.toUpperCase().replaceAll(/[\s,;+/_x×-]/g, '');
  if (rest === '') return { tensor: chips, pipeline: 1, attention: 1, experts: false };
  const sizes = new Map<string, number>();
  while (rest !== '') {
    const found = WORD.exec(rest);
    if (found === null)
      throw rowFault(`parallelism "${text.slice(0, 40)}" is not read: write it as TP8, DEP4 or TP2,PP4`);
    sizes.set(found[1] ?? '', Number(found[2]));
    rest = rest.slice(found[0].length);
  }
  const pipeline = sizes.get('PP') ?? 1;
  const copies = sizes.get('DP') ?? 1;
  const together = sizes.get('DEP') ?? sizes.get('ADP') ?? sizes.get('DTP') ?? 1;
  const stated = sizes.get('DEP') ?? sizes.get('TEP') ?? sizes.get('TP');
  if ([...sizes.values()].some((size) => size < 1)) throw rowFault(`parallelism "${text}" has a part of no chips`);
  const tensor = Math.max(1, stated ?? chips / (pipeline * copies));
  if (!Number.isInteger(tensor)) throw rowFault(`parallelism "${text}" does not divide ${chips} chips`);
  return {
    tensor,
    pipeline,
    attention: Math.min(together, tensor),
    experts: sizes.has('DEP') || sizes.has('TEP') || (sizes.get('EP') ?? 1) > 1,
  };
}

/** Of a latency table: counts of chips in columns. Copies of the same chips under two names are one. */
export function parallelOf(columns: {
  readonly chips: number;
  readonly tensor: number;
  readonly pipeline: number;
  readonly attention: number | undefined;
  readonly expertTensor: number;
  readonly expertParallel: number;
  /** The counts of the row were multiplied into each other. */
  readonly doubled: boolean;
}): Parallel {
  const { tensor, pipeline, attention, expertTensor, expertParallel, doubled } = columns;
  const spread = expertTensor * expertParallel;
  const chips = Math.max(1, !doubled && spread > columns.chips ? spread : columns.chips);
  const together = Math.max(1, Math.floor(chips / pipeline));
  let groups = 1;
  if (attention !== undefined && attention > 1) groups = Math.min(attention, together);
  else if (attention === undefined && tensor < together) groups = Math.max(1, Math.floor(together / tensor));
  return { tensor: together, pipeline, attention: groups, experts: expertParallel > 1 };
}
