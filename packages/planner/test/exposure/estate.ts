// A small estate for tests: one model at two clouds, another developer's that was proven for one of two workloads.
import type { Estate, PlanDeployment } from '@weighbridge/planner';

const base: PlanDeployment = {
  seller: 'north',
  developer: 'alpha',
  model: 'alpha-1',
  family: 'alpha',
  cloud: 'north-cloud',
  region: 'eu-1',
  accelerator: 'a100',
  price: { input: 3, cached: 0.3, output: 15 },
  ttft_ms: 400,
  tokens_per_minute: 100_000,
  features: ['tools', 'vision'],
  approved: true,
  ready_days: 0,
};

export const ESTATE: Estate = {
  currency: 'USD',
  deployments: {
    'alpha-north': base,
    'alpha-south': {
      ...base,
      seller: 'south',
      cloud: 'south-cloud',
      region: 'eu-2',
      price: { input: 3.3, cached: 0.33, output: 16.5 },
      ttft_ms: 600,
      tokens_per_minute: 60_000,
      ready_days: 10,
    },
    'beta-west': {
      ...base,
      seller: 'west',
      developer: 'beta',
      model: 'beta-2',
      family: 'beta',
      cloud: 'west-cloud',
      region: 'us-1',
      price: { input: 1, cached: 0.1, output: 5 },
      ttft_ms: 300,
      features: ['tools'],
      ready_days: 30,
    },
  },
  workloads: {
    support: {
      route: ['alpha-north', 'alpha-south'],
      tokens_per_month: { input: 1e9, cached: 0, output: 1e8 },
      peak_tokens_per_minute: 40_000,
      criticality: 1,
      features: ['tools'],
      regions: ['eu-1', 'eu-2'],
    },
    drafts: {
      route: ['alpha-north'],
      tokens_per_month: { input: 2e8, cached: 1e8, output: 5e7 },
      peak_tokens_per_minute: 50_000,
      criticality: 0.4,
      features: ['tools'],
    },
  },
  proofs: [{ workload: 'drafts', model: 'beta-2', proven_on: '2026-10-01', source: 'trial 7' }],
};
