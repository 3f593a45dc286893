// All kinds of plan. A file says itself which it is; what it says is looked up before the file is read in that kind's form.
import { checkDocument, readDocument, type CheckedDocument, type DocumentForm } from '@weighbridge/document';
import { z } from 'zod';
import type { Catalogues } from '../catalogue/catalogues.ts';
import { COST_PLANS } from './cost-report.ts';
import { EXPOSURE_PLANS } from './exposure-report.ts';
import { POWER_PLANS } from './power-report.ts';
import type { PlanBasis, PlanHead, PlanKind, ReadPlan } from './report.ts';
import { SERVING_PLANS } from './serving-report.ts';

const KINDS: readonly PlanKind[] = [POWER_PLANS, COST_PLANS, SERVING_PLANS, EXPOSURE_PLANS];
const NAMES = KINDS.map(({ kind }) => kind);

interface Kinded {
  readonly plan: string;
}

/** The rest of the file is the kind's own to check. */
const FORM: DocumentForm<Kinded> = {
  what: 'the plan',
  code: 'PLAN_INVALID',
  schema: z.looseObject({ plan: z.enum(NAMES) }),
};

const kindNamed = (name: string): PlanKind | undefined => KINDS.find(({ kind }) => kind === name);

/** Throws PLAN_INVALID with every fault, its line and what mends it. */
export function readPlan(file: string, text: string, basis: PlanBasis): ReadPlan & Pick<PlanKind, 'kind'> {
  const kind = kindNamed(readDocument(file, text, FORM).plan)!;
  return { kind: kind.kind, ...kind.read(file, text, basis) };
}

export function checkPlan(text: string, catalogues: Catalogues): CheckedDocument<PlanHead & Pick<PlanKind, 'kind'>> {
  const { value: said, problems } = checkDocument(text, FORM);
  const kind = said === undefined ? undefined : kindNamed(said.plan);
  if (kind === undefined) return { value: undefined, problems };
  const { value, problems: found } = kind.check(text, catalogues);
  return { value: value === undefined ? undefined : { ...value, kind: kind.kind }, problems: found };
}
