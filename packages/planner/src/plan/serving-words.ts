// How each figure of a plan for serving is made, and which assumptions it hangs on.
import type { ServingOutput } from '../serving/run.ts';
import { HOURS } from './cost-words.ts';
import type { FigureWords } from './power-words.ts';

/** What another way is chosen by. */
const WAY = ['work.input', 'work.output', 'work.tpot'];
const { clock, open, useful } = HOURS;
const USED = ['availability', 'utilisation', 'goodput'];
const perOutput = [...useful.of, ...WAY];

export const SERVING_FIGURES: Readonly<Record<ServingOutput, FigureWords>> = {
  clock,
  open,
  useful,
  per_chip: {
    formula:
      'predicted by the calibrated model for the way chosen × measured ÷ predicted, as rows that it had not seen show',
    of: WAY,
  },
  per_user: { formula: '1 ÷ the predicted time of a token × measured ÷ predicted', of: WAY },
  token_time: { formula: '1 ÷ output tokens a second of a user', of: WAY },
  chips: {
    formula:
      'copies that keep both limits at the likely peak (queue) × peak ÷ likely peak ÷ (measured ÷ predicted), whole copies, × chips of a copy',
    of: [...WAY, 'work.calls', 'peak'],
  },
  'cost.output': {
    formula: 'hour of useful work ÷ (output tokens a second of a chip × 3,600) × 1,000,000',
    of: perOutput,
  },
  'cost.all': { formula: 'the same × output ÷ (input + output)', of: perOutput },
  'cost.call': { formula: 'cost of a million output tokens × output of a call ÷ 1,000,000', of: perOutput },
  'cost.month': {
    formula: 'chips for the peak × hour of the clock × 730',
    of: [...clock.of, ...WAY, 'work.calls', 'peak'],
  },
  energy: {
    formula:
      'power of a chip with its part of the site (nominal × IT overhead × load × PUE of the year) × output of a call ÷ (tokens a second of a chip × availability × utilisation × goodput)',
    of: ['nominal', 'it_overhead', 'load', 'pue_year', ...USED, ...WAY],
  },
};
