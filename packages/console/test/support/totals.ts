// Totals of a roll-up for tests: those of a busy month, with what a test says otherwise.
import { TOKEN_CLASSES, type Totals } from '@weighbridge/protocol';

const NO_TOKENS = Object.fromEntries(TOKEN_CLASSES.map((name) => [name, 0])) as Totals['tokens'];

export const totals = (given: Partial<Totals> = {}): Totals => ({
  calls: 200_000,
  errors: 800,
  unpriced: 0,
  estimated: 0,
  fallbacks: 0,
  attempts: 200_900,
  request_bytes: 1_000_000,
  response_bytes: 1_000_000,
  tokens: { ...NO_TOKENS, input: 1_000_000, output: 240_000 },
  spend: [{ currency: 'USD', list: '8000', contracted: '7200', billed: '7190.5' }],
  mean_ms: { total: null, ttft: 451, gateway: 0.8 },
  ...given,
});
