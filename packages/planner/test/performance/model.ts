// The model as it ships, and small shapes worked by hand, for the tests beside this file.
import { readFileSync } from 'node:fs';
import type { Chip, Shape } from '../../src/performance/chip.ts';
import { CALIBRATION_FILE, readCalibration } from '../../src/performance/calibration.ts';
import { performanceModel } from '../../src/performance/model.ts';
import type { Setting } from '../../src/performance/setting.ts';
import { benchOf } from '../../src/score/bench.ts';
import { shipped } from '../catalogue/shipped.ts';

const catalogues = shipped();
export const bench = benchOf(catalogues);
export const calibration = readCalibration('calibration.json', readFileSync(CALIBRATION_FILE, 'utf8'));
export const model = performanceModel(catalogues, calibration);

export const chip = (id: string): Chip => model.chips.get(id)!;
export const shape = (id: string): Shape => model.shapes.get(id)!;

/** One chip, one request, nothing special. */
export const setting = (over: Partial<Setting> = {}): Setting => ({
  chip: chip('h100'),
  shape: shape('llama-3.1-8b'),
  precision: 'fp8',
  cache: 'fp8',
  parallel: { tensor: 1, pipeline: 1, attention: 1, experts: false },
  input: 1024,
  output: 1024,
  concurrency: 16,
  prefix: 0,
  drafted: 0,
  accepted: 0,
  apart: false,
  backend: 'vllm',
  version: '',
  checkpoint: '',
  ...over,
});

export const close = (actual: number, expected: number, share = 1e-9): boolean =>
  Math.abs(actual - expected) <= share * Math.abs(expected);
