// Whether the headlines fit together: what is owed and what is only possible, never in one sum; what is told in two ways; and the
// commitment in money against the ceiling in gigawatts, step by step.
import type { Claims, ClaimRow } from '@weighbridge/protocol';
import { begun, quantityText, sentence } from './words.ts';

type Total = Claims['owed']['firm'][number];

export interface TotalText {
  readonly key: string;
  readonly amount: string;
  readonly claims: readonly { readonly id: string; readonly text: string }[];
}

export interface ConflictText {
  readonly key: string;
  readonly claim: string;
  readonly why: string;
  readonly between: readonly { readonly key: string; readonly says: string; readonly source: string }[];
  readonly ask: string;
}

type CheckStep = NonNullable<Claims['check']>['steps'][number];

export interface CheckText {
  readonly says: string;
  readonly steps: readonly Pick<CheckStep, 'what' | 'arithmetic'>[];
  readonly inputs: readonly { readonly what: string; readonly source: string; readonly confidence: string }[];
  readonly confidence: string;
  readonly terms: readonly { readonly key: string; readonly years: string; readonly gigawatts: string }[];
  readonly from: readonly { readonly id: string; readonly text: string }[];
}

export interface FitText {
  readonly firm: readonly TotalText[];
  readonly options: readonly TotalText[];
  readonly conflicts: readonly ConflictText[];
  readonly check: CheckText | null;
}

export function fitText({ rows, owed, conflicts, check }: Claims): FitText {
  const named = (id: string): { readonly id: string; readonly text: string } => ({ id, text: textOf(rows, id) });
  return {
    firm: owed.firm.map((total) => totalText(total, named, '')),
    options: owed.options.map((total) => totalText(total, named, 'up to ')),
    conflicts: conflicts.map(({ check: rule, claim, why, between, ask }) => ({
      key: `${rule} ${claim}`,
      claim,
      why: sentence(why),
      between: between.map(({ says, source }, i) => ({ key: `${i} ${says}`, says, source })),
      ask: sentence(ask),
    })),
    check:
      check === null
        ? null
        : {
            says: sentence(check.says),
            steps: check.steps.map(({ what, arithmetic }) => ({ what: begun(what), arithmetic })),
            inputs: check.inputs.map((input) => ({ ...input, what: begun(input.what) })),
            confidence: check.confidence,
            terms: check.terms.map(({ years, gigawatts }) => ({
              key: String(years),
              years: `spread over ${years} years`,
              gigawatts: `${gigawatts} GW`,
            })),
            from: [named(check.commitment), named(check.ceiling)],
          },
  };
}

const totalText = (
  { of, value, approximate, claims }: Total,
  named: (id: string) => TotalText['claims'][number],
  lead: string,
): TotalText => ({
  key: of,
  amount: `${lead}${approximate ? 'about ' : ''}${quantityText(value, of)}`,
  claims: claims.map(named),
});

const textOf = (rows: readonly ClaimRow[], id: string): string => rows.find((row) => row.id === id)?.text ?? id;
