// The form of a scenario's `market`: what a running instance can buy in it. Which deployments a channel serves, at which
// cloud and in which region, who hosts and bills, what a token costs and what is off that, how many requests and tokens a
// minute are allowed, and how many there are. Clouds, models and credentials are words here: whoever runs them checks them.
import { z } from 'zod';
import { id, month, named } from './names.ts';
import { GRADES, quantity } from './quantity.ts';

const word = z.string().min(1).max(64);
const ROUTES_MOST = 64;
const ALIASES_MOST = 16;
const CANDIDATES_MOST = 16;
const REGIONS_MOST = 32;

const perMillion = quantity(['CUR/Mtok']);
const price = z.strictObject({
  input: perMillion,
  output: perMillion,
  cache_read: perMillion.optional(),
  cache_write_5m: perMillion.optional(),
  cache_write_1h: perMillion.optional(),
});

const limits = z.strictObject({
  requests: quantity(['requests/min'], { least: 1 }),
  tokens: quantity(['tokens/min'], { least: 1 }).describe('input and output together'),
});

const roles = z.strictObject({
  developer: id.optional(),
  seller: id.optional(),
  biller: id.optional(),
  operator: id.optional(),
  host: id.optional(),
  processor: id.optional(),
  sla_provider: id.optional(),
});

const deployment = z.strictObject({
  model: z.string().min(1).max(256).describe('as the cloud calls it'),
  cloud: word.optional().describe("where it is not the offer's"),
  priced_as: z.string().min(1).max(128).optional().describe('its name in the price list'),
  region: word,
  region_set: z.array(word).min(1).max(REGIONS_MOST).optional(),
  region_scope: z.enum(['global', 'multi_region', 'datazone', 'regional', 'n/a']).optional(),
  hosting: word.optional(),
  path_style: word.optional(),
  api_version: word.optional(),
  credential: word.optional().describe('one of the made-up ones'),
  roles: roles.optional(),
  limits: limits.optional(),
  price: price.optional(),
});

const offer = z.strictObject({
  channel: id.optional().describe('absent: outside what is modelled'),
  cloud: word,
  known: z
    .strictObject({ grade: z.enum(GRADES), source: z.string() })
    .describe('how well it is known who hosts and bills it, and where'),
  roles: roles.optional(),
  price_list: id.optional().describe('the list of the price book; absent: a list of its own, from `price`'),
  discount: quantity(['share'], { most: 0.99 })
    .optional()
    .describe("off the list, by contract; absent: the organisation's"),
  limits,
  capacity: quantity(['tokens/min']).optional().describe("absent: simulated, from the channel's"),
  deployments: named(deployment),
});

const route = z.strictObject({
  aliases: z.array(z.string().min(1).max(256)).max(ALIASES_MOST).default([]),
  candidates: z.array(id).min(1).max(CANDIDATES_MOST).describe('in order: the next takes what the one before cannot'),
});

export const marketSchema = z.strictObject({
  month: month.describe('the month whose capacity the clouds have'),
  peak: quantity(['ratio'], { least: 1, most: 10_000 }).describe("the organisation's busiest minute ÷ its average one"),
  offers: named(offer),
  routes: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'use lower-case letters, digits, dots and hyphens'), route)
    .refine((held) => Object.keys(held).length <= ROUTES_MOST, `write ${ROUTES_MOST} or fewer`),
});

export type Market = z.infer<typeof marketSchema>;
export type MarketOffer = Market['offers'][string];
export type MarketDeployment = MarketOffer['deployments'][string];
export type MarketRoles = z.infer<typeof roles>;
