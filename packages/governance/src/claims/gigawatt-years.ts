// What a commitment in money buys of a gigawatt: the arithmetic that a board repeats, each step printed with the inputs that it
// came from. Inputs are figures of the register, with source and confidence; nothing here knows a result beforehand.
import { AppError } from '@weighbridge/kernel';
import { divide, intervalFrom, intervalText, multiply, type Interval } from '../numbers/interval.ts';
import { exactText, roundedText } from '../numbers/rational.ts';
import type { Figure } from '../register/shape.ts';

export interface GigawattInputs {
  /** In money. */
  readonly commitment: Figure;
  /** kW of one gigawatt. */
  readonly gigawatt: Figure;
  /** All-in power of one GPU, in kW. */
  readonly power: Figure;
  /** Levelised price of one GPU for an hour, in the currency of the commitment. */
  readonly rate: Figure;
  readonly hours: Figure;
}

export interface Step {
  readonly what: string;
  /** "1,000,000 kW ÷ 2.10 kW = 476,190 GPUs": rounded for reading. */
  readonly arithmetic: string;
  /** The exact ends, as decimals or fractions. */
  readonly exact: { readonly low: string; readonly high: string };
  readonly unit: string;
}

export interface GigawattAnswer {
  readonly gpus: Interval;
  readonly yearly: Interval;
  readonly years: Interval;
  readonly steps: readonly Step[];
  /** Each input with its source, the least sure first. */
  readonly inputs: readonly {
    readonly what: string;
    readonly source: string;
    readonly confidence: Figure['confidence'];
  }[];
  readonly confidence: Figure['confidence'];
}

const SURENESS = ['low', 'medium', 'high', 'definition'] as const;
const BILLION = intervalFrom('1000000000');

/** Throws `BAD_REQUEST` when a unit does not fit the others, or an input may be zero or less. */
export function gigawattYears({ commitment, gigawatt, power, rate, hours }: GigawattInputs): GigawattAnswer {
  const currency = commitment.unit;
  mustBe(gigawatt, 'kW/GW');
  mustBe(power, 'kW/GPU');
  mustBe(rate, `${currency}/GPU-hour`);
  mustBe(hours, 'h/year');
  const [spent, kilowatts, each, hourly, yearHours] = [commitment, gigawatt, power, rate, hours].map(positive) as [
    Interval,
    Interval,
    Interval,
    Interval,
    Interval,
  ];
  const gpus = divide(kilowatts, each);
  const yearly = multiply(multiply(gpus, yearHours), hourly);
  const years = divide(spent, yearly);
  const billions = (value: Interval): string => intervalText(divide(value, BILLION), 2);
  const steps = [
    step(
      'GPUs of one gigawatt',
      gpus,
      'GPUs',
      `${told(kilowatts)} kW ÷ ${told(each)} kW = ${intervalText(gpus, 0)} GPUs`,
    ),
    step(
      'a gigawatt for one year',
      yearly,
      currency,
      `${intervalText(gpus, 0)} GPUs × ${told(yearHours)} h × ${told(hourly)} ${currency} = ${billions(yearly)} billion ${currency}`,
    ),
    step(
      'what the commitment pays for',
      years,
      'gigawatt-years',
      `${billions(spent)} billion ${currency} ÷ ${billions(yearly)} billion ${currency} = ${intervalText(years, 2)} gigawatt-years`,
    ),
  ];
  const inputs = [commitment, gigawatt, power, rate, hours]
    .map(({ what, source, confidence }) => ({ what, source, confidence }))
    .toSorted((a, b) => SURENESS.indexOf(a.confidence) - SURENESS.indexOf(b.confidence));
  return { gpus, yearly, years, steps, inputs, confidence: inputs[0]?.confidence ?? 'low' };
}

const step = (what: string, { low, high }: Interval, unit: string, arithmetic: string): Step => ({
  what,
  arithmetic,
  exact: { low: exactText(low), high: exactText(high) },
  unit,
});

/** An input as it was written, without rounding where it has few decimals. */
function told({ low, high }: Interval): string {
  const places = Math.max(...[low, high].map((end) => decimalsOf(exactText(end))));
  const [from, to] = [roundedText(low, places), roundedText(high, places)];
  return from === to ? from : `${from} to ${to}`;
}

const decimalsOf = (text: string): number => (text.includes('/') ? 6 : (text.split('.')[1]?.length ?? 0));

function mustBe(figure: Figure, unit: string): void {
  if (figure.unit !== unit)
    throw new AppError('BAD_REQUEST', `"${figure.what}" is in ${figure.unit}, and the arithmetic needs ${unit}`);
}

function positive({ what, low, high }: Figure): Interval {
  const found = intervalFrom(low, high);
  if (found.low.n <= 0n) throw new AppError('BAD_REQUEST', `"${what}" may be zero or less: ${low} to ${high}`);
  return found;
}
