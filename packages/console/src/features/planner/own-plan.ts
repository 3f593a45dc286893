// A plan of one's own, in words.
import { PLAN_TEXT_MOST, type CheckedPlan } from '@weighbridge/protocol';
import { elsewhere, ownFileText, type OwnBounds, type OwnState, type OwnText } from '../own-file.ts';

export const PLAN_BOUNDS: OwnBounds = { most: PLAN_TEXT_MOST, command: 'plan run' };

const KINDS: Readonly<Record<NonNullable<CheckedPlan['reading']>['kind'], string>> = {
  power: 'A plan for power',
  cost: 'A plan for tokens',
  serving: 'A plan for serving',
  exposure: 'A plan of exposure',
};

export const ownPlanText = (own: OwnState<CheckedPlan>): OwnText =>
  ownFileText(own, ({ title, kind }) => `${title}. ${KINDS[kind]}.`);

export const PLAN_ELSEWHERE = elsewhere('a plan');
