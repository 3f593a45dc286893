// EcoLogits' estimate of a call, as a cross-check and never as our figure: it stands for one H100 server at 16 bit and batch 64, without
// network or idle time. Formulas and coefficients of genai-impact/ecologits 0.9.1 (reference 4).

export interface EcoLogitsCall {
  /** Billions of parameters: of the whole model, and active for a token. */
  readonly total: number;
  readonly active: number;
  readonly outputTokens: number;
  readonly pue: number;
}

const [ALPHA, BETA, GAMMA] = [1.17e-6, -1.12e-2, 4.05e-5];
const BATCH = 64;
const BITS = 16;
const CHIP_GB = 80;
const CHIPS = 8;
const SERVER_KW = 1.2;

/** Wh of one call. */
export function ecoLogitsWh({ total, active, outputTokens, pue }: EcoLogitsCall): number {
  const gpus = 2 ** Math.ceil(Math.log2(Math.max(1, (1.2 * total * BITS) / 8 / CHIP_GB)));
  const seconds = outputTokens * (6.78e-4 * active + 3.12e-4 * BATCH + 1.94e-2);
  const chipWh = outputTokens * (ALPHA * Math.exp(BETA * BATCH) * active + GAMMA);
  const serverWh = ((seconds / 3600) * SERVER_KW * 1000 * gpus) / CHIPS / BATCH;
  return pue * (serverWh + gpus * chipWh);
}
