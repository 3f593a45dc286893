// How well "a gigawatt is so many chips" is told: every row of a table of published claims is predicted from its words alone (which
// chips, power of what), and held against its figures. Rows that state no figure, or only one end of one, are told apart.
import { AppError } from '@weighbridge/kernel';
import { entryOf, type Catalogues } from '../catalogue/catalogues.ts';
import { anchorsSeen, claimSpread, definitionText, newBuildFor, type AnchorSeen } from '../power/anchors.ts';
import { convertPower, POWER_DEFINITIONS, type PowerDefinition } from '../power/convert.ts';
import { drawnPerChip } from '../power/draw-share.ts';
import { bandOf } from '../system/bands.ts';
import { readCsv, type CsvRow } from './csv.ts';
import { measuresOf, type Judged, type Measures } from './measures.ts';
import { statedNumber, type StatedNumber } from './stated-number.ts';

export interface GigawattRow {
  readonly line: number;
  readonly claim: string;
  readonly racks: readonly string[];
  /** The row names none of our racks: these are what its maker ships by the gigawatt. */
  readonly taken: boolean;
  readonly definition: PowerDefinition;
  /** The row does not say of what the power is: `definition` is what an announced one is, and the interval holds the worst hour too. */
  readonly unsaid: boolean;
  /** Chips of one gigawatt. */
  readonly actual: StatedNumber;
  readonly predicted: { readonly low: number; readonly value: number; readonly high: number };
  readonly judged: Judged;
  readonly inside: boolean;
  /** Why it lies outside, if that has a name: another definition of the same power, or what the source counts. */
  readonly explained: string | null;
}

export interface GigawattScore {
  readonly kind: 'gigawatt';
  readonly unit: 'chips per GW';
  readonly interval: '80 %: our ranges, drawn, and how far published figures lie from ours';
  readonly overall: Measures;
  /** By kind of rack, as predicted. */
  readonly by_rack: readonly (Measures & { readonly rack: string })[];
  readonly rows: readonly GigawattRow[];
  readonly skipped: readonly { readonly line: number; readonly claim: string; readonly why: string }[];
}

const KILOWATTS = 1e6;
const OPTIONS = { seed: 1, draws: 4096 };

/** Throws PLAN_INVALID for a table that cannot be read, or of which no row can be predicted. */
export function scoreGigawatt(file: string, text: string, catalogues: Catalogues): GigawattScore {
  const rows: GigawattRow[] = [];
  const skipped: GigawattScore['skipped'][number][] = [];
  const table = readCsv(file, text, ['claim', 'basis']);
  for (const row of table.rows) {
    const read = claimOf(row, catalogues);
    if (typeof read === 'string') skipped.push({ line: row.line, claim: cell(row, 'claim'), why: read });
    else rows.push(read);
  }
  for (const { line, reason } of table.faults) skipped.push({ line, claim: '', why: reason });
  if (rows.length === 0)
    throw new AppError('PLAN_INVALID', `${file}: no row states chips for a power`, {
      next: 'fill chips_per_gw, or kw_per_chip, or chips and power_mw',
    });
  const racks = [...new Set(rows.map((row) => row.racks.join(', ')))];
  return {
    kind: 'gigawatt',
    unit: 'chips per GW',
    interval: '80 %: our ranges, drawn, and how far published figures lie from ours',
    overall: measured(rows),
    by_rack: racks.map((rack) => ({ rack, ...measured(rows.filter((row) => row.racks.join(', ') === rack)) })),
    rows,
    skipped,
  };
}

const cell = (row: CsvRow, column: string): string => row.values[column] ?? '';

/** In words where the row cannot be predicted. */
function claimOf(row: CsvRow, catalogues: Catalogues): GigawattRow | string {
  const actual = chipsPerGigawatt(row);
  if (actual === null) return whyNot(row);
  const named = racksNamed(`${cell(row, 'accelerator')} ${cell(row, 'claim')}`);
  return typeof named === 'string' ? named : predicted(row, actual, named, catalogues);
}

const whyNot = (row: CsvRow): string =>
  /capex|capital/i.test(cell(row, 'basis'))
    ? 'it states capital, not chips: `plan run one-gigawatt` has ours beside what is published'
    : 'it states no chips for a power';

function predicted(
  row: CsvRow,
  actual: StatedNumber,
  { racks, taken }: NamedRacks,
  catalogues: Catalogues,
): GigawattRow {
  const claim = cell(row, 'claim');
  const { definition, unsaid } = definitionNamed(cell(row, 'basis'), claim);
  const sited = racks.map((id) => {
    const rack = entryOf(catalogues, 'racks', id, 'the score');
    return { rack, facility: newBuildFor(rack, catalogues) };
  });
  const each = sited.map(({ rack, facility }) => convertPower(KILOWATTS, rack, facility, definition).per_chip);
  const value = each.reduce((sum, { likely }) => sum + KILOWATTS / likely, 0) / each.length;
  const ends = {
    low: KILOWATTS / Math.max(...each.map(({ high }) => high)),
    high: KILOWATTS / Math.min(...each.map(({ low }) => low)),
  };
  const counted = [definition, ...(unsaid ? [{ ...definition, at: 'peak' as const }] : [])];
  const drawnAs = (as: PowerDefinition) =>
    bandOf(drawnPerChip(sited, as, OPTIONS).map((kilowatts) => KILOWATTS / kilowatts))!;
  const drawn = counted.map(drawnAs);
  const spread = claimSpread(catalogues, (anchor) => isThis(anchor, actual));
  const found = {
    low: Math.min(value / spread, ...drawn.map(({ p10 }) => p10)),
    value,
    high: Math.max(value * spread, ...drawn.map(({ p90 }) => p90)),
  };
  const held = judged(value, found, actual);
  const inside = held.low <= held.actual && held.actual <= held.high;
  const fits = (as: PowerDefinition): boolean => {
    const { p10, p90 } = drawnAs(as);
    return p10 <= actual.high && actual.low <= p90;
  };
  return {
    line: row.line,
    claim,
    racks,
    taken,
    definition,
    unsaid,
    actual,
    predicted: found,
    judged: held,
    inside,
    explained: inside ? null : explanation(catalogues, { actual, racks, ends }, fits),
  };
}

const rounded = (chips: number): string => Number(chips.toPrecision(3)).toLocaleString('en');

/** What the catalogue says of the very claim; else our ranges at their ends; else a definition under which it lies inside. */
function explanation(
  catalogues: Catalogues,
  { actual, racks, ends }: Pick<GigawattRow, 'actual' | 'racks'> & { readonly ends: { low: number; high: number } },
  fits: (definition: PowerDefinition) => boolean,
): string | null {
  const said = anchorsSeen(catalogues).find(
    (anchor) =>
      anchor.explained !== null &&
      isThis(anchor, actual) &&
      catalogues.anchors.get(anchor.id)!.racks.some((rack) => racks.includes(rack)),
  );
  if (said !== undefined) return said.explained;
  if (ends.low <= actual.high && actual.low <= ends.high)
    return `it lies inside the ends of all our ranges at once, ${rounded(ends.low)} to ${rounded(ends.high)}`;
  const other = POWER_DEFINITIONS.find(fits);
  return other === undefined ? null : `it lies inside as ${definitionText(other)}`;
}

/** An anchor that states the same figure to half a per cent is taken for the row itself, and does not set its interval. */
const isThis = ({ stated }: AnchorSeen, { low, high }: StatedNumber): boolean =>
  Math.abs((stated.likely * (low + high)) / 2 / KILOWATTS - 1) < 0.005;

const measured = (rows: readonly GigawattRow[]): Measures => measuresOf(rows.map((row) => row.judged));

/** Three ways to say the same, the most direct first. */
function chipsPerGigawatt(row: CsvRow): StatedNumber | null {
  const direct = statedNumber(cell(row, 'chips_per_gw'));
  if (direct !== null) return direct;
  const each = statedNumber(cell(row, 'kw_per_chip'));
  if (each !== null)
    return {
      low: KILOWATTS / each.high,
      high: KILOWATTS / each.low,
      bound: each.bound === null ? null : each.bound === 'at_least' ? 'at_most' : 'at_least',
    };
  const [chips, stated] = [statedNumber(cell(row, 'chips')), statedNumber(cell(row, 'power_mw'))];
  if (chips === null || stated === null) return null;
  const times = /\d\s*GW\b/i.test(cell(row, 'power_mw')) ? 1000 : 1;
  const power = { ...stated, low: stated.low * times, high: stated.high * times };
  return { low: (chips.low * 1000) / power.high, high: (chips.high * 1000) / power.low, bound: boundOf(chips, power) };
}

/** More chips, or less power, is more chips a gigawatt; where the two pull apart, nothing is bounded. */
function boundOf(chips: StatedNumber, power: StatedNumber): StatedNumber['bound'] {
  const turned = power.bound === null ? null : power.bound === 'at_least' ? 'at_most' : 'at_least';
  if (chips.bound === null) return turned;
  return turned === null || turned === chips.bound ? chips.bound : null;
}

/** Longer names first: what one took is gone for the next, so that "GB200" is no B200. */
const NAMED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/rubin ultra|nvl576|kyber/gi, ['rubin-ultra-nvl576']],
  [/vera rubin|vr ?\d{3}|vr nvl\d+|rubin/gi, ['vera-rubin-nvl72']],
  [/gb200(?:s)? ?(?:\/|and|or) ?(?:gb)?300s?/gi, ['gb200-nvl72', 'gb300-nvl72']],
  [/gb300/gi, ['gb300-nvl72']],
  [/gb200/gi, ['gb200-nvl72']],
  [/b300/gi, ['hgx-b300']],
  [/b200/gi, ['hgx-b200']],
  [/h200/gi, ['hgx-h200']],
  [/h100/gi, ['hgx-h100']],
  [/mi455|helios/gi, ['mi455x-helios']],
  [/mi355|mi350/gi, ['mi355x-8']],
  [/mi325/gi, ['mi325x-8']],
  [/mi300/gi, ['mi300x-8']],
  [/tpu ?v5p/gi, ['tpu-v5p-4']],
  [/tpu ?v6e?|trillium/gi, ['tpu-v6e-8']],
  [/ironwood|tpu ?v?7x?|tpu7x/gi, ['ironwood-64']],
  [/trainium ?3|trn3/gi, ['trainium3-144']],
  [/trainium ?2?|trn2|rainier/gi, ['trainium2-64']],
];
/** Where no chip is named, what its maker ships by the gigawatt. */
const UNNAMED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\btpus?\b|google/i, ['ironwood-64']],
  [/\bamd\b|instinct/i, ['mi355x-8']],
  [/fairwater/i, ['gb300-nvl72']],
  [/./, ['gb200-nvl72', 'gb300-nvl72']],
];

/** Chips that no rack of ours holds: they are no GB200. */
const OTHERS =
  /\b(?:A100|V100|B100|L40S?|GH200|H[28]0{1,2}|MI2\d\d\w?|TPU ?v[1-5][ei]?|Gaudi ?\d?|Maia ?\d*|MTIA|Inferentia ?\d?)s?\b/i;

type NamedRacks = Pick<GigawattRow, 'racks' | 'taken'>;

/** In words where a chip is named that we have no rack of. */
function racksNamed(words: string): NamedRacks | string {
  let rest = words;
  const found: string[] = [];
  for (const [pattern, racks] of NAMED) {
    const without = rest.replace(pattern, ' ');
    if (without !== rest) found.push(...racks.filter((rack) => !found.includes(rack)));
    rest = without;
  }
  if (found.length > 0) return { racks: found, taken: false };
  const strange = OTHERS.exec(words)?.[0];
  if (strange !== undefined) return `no rack of ours holds ${strange}`;
  return { racks: UNNAMED.find(([pattern]) => pattern.test(words))?.[1] ?? [], taken: true };
}

/** What the basis says first; then what the claim says; an announced gigawatt is that of the facility as designed. */
function definitionNamed(
  basis: string,
  claim: string,
): { readonly definition: PowerDefinition; readonly unsaid: boolean } {
  const said = (of: PowerDefinition['of'], at: PowerDefinition['at'], unsaid = /unspecified/i.test(basis)) => ({
    definition: { of, at },
    unsaid,
  });
  for (const words of [basis, claim]) {
    if (/nameplate|rack[- ]level|per rack/i.test(words)) return said('nameplate', 'design');
    if (/peak|worst/i.test(words)) return said('facility', 'peak');
    if (/critical it|it[- ](?:load|power|level|capacity)|\bIT\b/i.test(words) && !/facility\/IT/i.test(words))
      return said('critical_it', 'design');
    if (/utility|all-in|grid/i.test(words)) return said('utility', 'design');
    if (/facility|site|campus/i.test(words)) return said('facility', 'design');
  }
  return said('facility', 'design', true);
}

/** What a prediction is held against: the middle of what is stated, or of a claim with one end that end, unless it holds. */
function judged(value: number, { low, high }: GigawattRow['predicted'], stated: StatedNumber): Judged {
  const holds =
    (stated.bound === 'at_least' && value >= stated.low) || (stated.bound === 'at_most' && value <= stated.high);
  return { actual: holds ? value : (stated.low + stated.high) / 2, mid: value, low, high };
}
