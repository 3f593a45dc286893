// The filter text of a page that is made of roll-ups: what it may name, and what the control API takes for it.
import {
  formatFilter,
  NONE,
  parseFilter,
  type Dimension,
  type DimensionFilter,
  type FilterKey,
  type Term,
} from '@weighbridge/protocol';

const ABOUT: Readonly<Record<Dimension, string>> = {
  team: 'the team of the key',
  model: 'the model that was served',
  organisation: 'who is billed',
  project: 'the project of the key',
  key: 'the key that was used',
  route: 'the route that took the call',
  deployment: 'the deployment that served',
  cloud: 'the cloud that ran it',
  region: 'where it was served',
  tier: 'the service tier',
  outcome: 'how the call ended',
};

export const dimensionKeys = (
  known: Readonly<Partial<Record<Dimension, readonly string[]>>> = {},
): readonly FilterKey[] =>
  (Object.keys(ABOUT) as Dimension[]).map((key) => {
    const values = known[key];
    return { key, kind: 'text', about: ABOUT[key], ...(values === undefined ? {} : { values }) };
  });

const KEYS = dimensionKeys();

/** Terms that roll-ups know; free words say nothing here and are left out. */
export function dimensionFilters(text: string): readonly DimensionFilter[] {
  return parseFilter(text, KEYS).terms.flatMap((term) => {
    const { key, values, negated } = term;
    if (key === null) return [];
    return [
      { dimension: key as Dimension, values: values.map((value) => (value === NONE ? null : value)), not: negated },
    ];
  });
}

/** The filter text of one member: for links from a row of a roll-up to the calls behind it. */
export function memberFilter(dimension: Dimension, value: string | null, others = ''): string {
  const own: Term = { negated: false, key: dimension, comparison: 'is', values: [value ?? NONE] };
  const kept = parseFilter(others, KEYS).terms.filter(({ key }) => key !== null && key !== dimension);
  return formatFilter([...kept, own]);
}
