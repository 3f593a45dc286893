// The market that a start runs: the scenario read and checked, also by the lab, before anything of it is told to anybody;
// and its prices written as files into the home folder.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ProblemList } from '@weighbridge/document';
import { marketProblems } from '@weighbridge/lab';
import { didYouMean, invariant } from '@weighbridge/kernel';
import { builtInPriceLists } from '@weighbridge/ledger';
import { marketPlan, readScenario, SCENARIO_FILES, type MarketPlan, type Scenario } from '@weighbridge/planner';
import { checkSeeds, seedsOf, type ServerOptions } from '@weighbridge/server';
import { text, type Context } from '../frame/command.ts';
import { homeFolder } from './folders.ts';
import { priceSheets } from './market-prices.ts';
import { DEFAULT_SCENARIO, scenarioText } from './scenario-file.ts';

export interface OpenMarket {
  readonly plan: MarketPlan;
  /** Absolute. */
  readonly priceFiles: readonly string[];
  /** What the same file seeds the sample organisation with. */
  readonly deal: NonNullable<NonNullable<ServerOptions['sample']>['deal']>;
}

const DIGEST_LENGTH = 16;

/** The scenario that is asked for, or the default. Throws USAGE, DEAL_INVALID. */
export function openMarket(context: Context): OpenMarket {
  const name = text(context, 'scenario') ?? DEFAULT_SCENARIO;
  let plan: MarketPlan | null = null;
  const content = scenarioText(context, name);
  const scenario = readScenario(name, content, (read, problems) => {
    plan = checkMarket(read, problems);
    // Those that ship are held by tests: a start does without reading what their seeds name.
    if (!Object.hasOwn(SCENARIO_FILES, name)) checkSeeds(read, problems);
  });
  invariant(plan !== null, 'a scenario without a market was refused');
  const { name: own, digest } = seedsOf(scenario);
  return { plan, priceFiles: writePrices(context, plan), deal: { file: name, text: content, name: own, digest } };
}

/** The plan of a scenario whose market the lab can be; null, with problems, where it cannot. */
function checkMarket(scenario: Scenario, problems: ProblemList): MarketPlan | null {
  // A plan is made of what is sound only.
  if (problems.all.some(({ severity }) => severity === 'error')) return null;
  const plan = marketPlan(scenario);
  if (plan === null) {
    problems.error([], 'it says nothing of what can be bought: `market` is missing', 'add `market`: docs/scenario.md');
    return null;
  }
  for (const { offer, deployment, field, message, mend } of marketProblems(plan))
    problems.error(['market', 'offers', offer, 'deployments', deployment, field], message, mend);
  checkPriceLists(plan, problems);
  return plan;
}

function checkPriceLists({ offers }: MarketPlan, problems: ProblemList): void {
  const known = builtInPriceLists();
  for (const { name, price_list: list } of offers) {
    if (list === null || known.includes(list)) continue;
    const near = didYouMean(list, known);
    problems.error(
      ['market', 'offers', name, 'price_list'],
      `the price book has no list "${list}"`,
      near === undefined ? `use one of ${known.join(', ')}` : `did you mean ${near}?`,
    );
  }
}

const pricesFolder = (context: Context): string => join(homeFolder(context), 'lab', 'prices');

/** In a folder named by what they say: a start that is refused must not touch those of the instance that runs. */
function writePrices(context: Context, plan: MarketPlan): string[] {
  const sheets = priceSheets(plan);
  const digest = createHash('sha256').update(JSON.stringify(sheets)).digest('hex').slice(0, DIGEST_LENGTH);
  const folder = join(pricesFolder(context), digest);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return sheets.map(({ name, text: sheet }) => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, sheet, { mode: 0o600 });
    return file;
  });
}

/** Removes the prices of earlier starts; for the one that holds the folder. */
export function dropOtherPrices(context: Context, { priceFiles }: OpenMarket): void {
  const kept = new Set(priceFiles.map((file) => basename(dirname(file))));
  for (const name of readdirSync(pricesFolder(context)))
    if (!kept.has(name)) rmSync(join(pricesFolder(context), name), { recursive: true, force: true });
}
