// Rates and budgets as limits. Requests a minute are a hard limit, as exact as they were meant; tokens a minute are a soft one, since
// a hard one holds the most that a call could take, which the other program never did: it is told of and refuses nothing.
import { LIMIT_AMOUNT_MOST } from '@weighbridge/protocol';
import type { DocumentPath } from '@weighbridge/document';
import type { Fields } from '../draft.ts';
import type { Work } from '../enter-deployment.ts';
import type { Settings } from '../settings.ts';
import { bagOf, decimalOf, numberOf, textOf, windowOf } from '../values.ts';
import type { Params } from './credentials.ts';
import type { Models } from './models.ts';

const RULES_MOST = 190;

const RATES: Readonly<Record<string, readonly [measure: string, says: string]>> = {
  rpm: ['requests', ''],
  tpm: [
    'tokens',
    'a soft limit: it is told of and refuses nothing; `kind: hard` holds the most that each call could take',
  ],
  itpm: ['input_tokens', 'a soft limit: it is told of and refuses nothing'],
  otpm: ['output_tokens', 'a soft limit: it is told of and refuses nothing'],
};

export function writeLimits(settings: Settings, work: Work, models: Models): void {
  for (const { members } of models.groups.values())
    for (const { deployment, params, path } of members) {
      const from = `${settings.file}:${settings.line(path)}`;
      for (const name of Object.keys(RATES)) writeRate(settings, work, deployment, params, name, from);
      writeDeploymentBudget(settings, work, deployment, params, from);
    }
  writeProviderBudgets(settings, work, models);
  writeBudget(settings, work);
  writeParallel(settings, work);
}

function enter(
  settings: Settings,
  work: Work,
  like: string,
  fields: Fields,
  from: string,
  path: DocumentPath,
): string | null {
  if (work.draft.rules.size >= RULES_MOST) {
    settings.left(path, `no more than ${RULES_MOST} limits are written: two hundred may stand at once`);
    return null;
  }
  return `limits.rules.${work.draft.rule(like, { fields, from })}`;
}

const BEYOND = 'nothing reaches it: no limit is written';

function writeRate(
  settings: Settings,
  work: Work,
  deployment: string,
  params: Params,
  name: string,
  from: string,
): void {
  const given = params.get(name);
  const amount = numberOf(given?.value);
  const [measure = '', says = ''] = RATES[name] ?? [];
  if (given === undefined || amount === undefined || amount < 1) return;
  if (amount > LIMIT_AMOUNT_MOST) return settings.left(given.path, BEYOND);
  const fields = {
    ...(says === '' ? {} : { kind: 'soft' }),
    measure,
    amount: Math.floor(amount),
    window: '60s',
    where: { deployment: [deployment] },
  };
  const to = enter(settings, work, `${deployment}-${name}`, fields, from, given.path);
  if (to === null) return;
  if (says === '') settings.carried(given.path, to);
  else settings.changed(given.path, to, says);
}

function writeDeploymentBudget(settings: Settings, work: Work, deployment: string, params: Params, from: string): void {
  const given = params.get('max_budget');
  if (given === undefined) return;
  const duration = params.get('budget_duration');
  writeMoney(settings, work, given, duration, `${deployment}-budget`, { deployment: [deployment] }, from);
}

type Place = { readonly value: unknown; readonly path: DocumentPath };

function writeMoney(
  settings: Settings,
  work: Work,
  given: Place,
  duration: Place | undefined,
  like: string,
  where: Fields,
  from: string,
): void {
  const amount = decimalOf(given.value);
  if (amount === undefined) return settings.left(given.path, 'its amount is no number of dollars');
  const window = windowOf(duration?.value);
  const to = enter(
    settings,
    work,
    like,
    {
      measure: 'money',
      amount,
      window: window?.window ?? 'month',
      ...(Object.keys(where).length === 0 ? {} : { where }),
    },
    from,
    given.path,
  );
  if (to === null) return;
  const says =
    window === undefined ? 'a calendar month: a limit here has a window' : 'a hard limit: it is never overrun';
  settings.changed(given.path, `${to}.amount`, says);
  if (duration === undefined) return;
  if (window === undefined) settings.left(duration.path, 'no window here is that long: a calendar month is written');
  else if (window.exact) settings.carried(duration.path, `${to}.window`);
  else settings.changed(duration.path, `${to}.window`, 'no window here is that long');
}

function writeProviderBudgets(settings: Settings, work: Work, models: Models): void {
  const path = ['router_settings', 'provider_budget_config'];
  for (const [provider, budget] of Object.entries(bagOf(settings.at(path)) ?? {})) {
    const at = [...path, provider];
    const deployments = models.bySeller.get(provider) ?? [];
    const fields = bagOf(budget) ?? {};
    const name = fields['budget_limit'] === undefined ? 'max_budget' : 'budget_limit';
    const period = fields['time_period'] === undefined ? 'budget_duration' : 'time_period';
    if (deployments.length === 0) settings.left(at, 'no deployment that is carried is of this provider');
    else
      writeMoney(
        settings,
        work,
        { value: fields[name], path: [...at, name] },
        fields[period] === undefined ? undefined : { value: fields[period], path: [...at, period] },
        `${provider}-budget`,
        { deployment: deployments.slice(0, 256) },
        `${settings.file}:${settings.line(at)}`,
      );
  }
}

/** The budget of all calls. One of a day is the daily budget; of any other span it is a limit, and bounds each day as well. */
function writeBudget(settings: Settings, work: Work): void {
  const path = ['litellm_settings', 'max_budget'];
  const amount = decimalOf(settings.at(path));
  const spanPath = ['litellm_settings', 'budget_duration'];
  const span = textOf(settings.at(spanPath));
  if (amount === undefined || Number(amount) === 0) {
    settings.left(path, 'no cap was meant; here a hard one stands always: `budget.daily`');
    work.draft.top.set('budget', {
      value: { daily: '5.00' },
      from: `${settings.file} has no budget for all calls: this is the default here, in dollars a day; set your own`,
    });
    work.notes.push(
      'budget.daily: the source has no budget for all calls, and $5 a day is written, which is hard: set your own',
    );
    return;
  }
  const from = `${settings.file}:${settings.line(path)}`;
  work.draft.top.set('budget', { value: { daily: amount }, from });
  if (span === '1d' || span === '24h') {
    settings.carried(path, 'budget.daily');
    settings.carried(spanPath, 'budget.daily', 'a UTC day');
    return;
  }
  writeMoney(
    settings,
    work,
    { value: amount, path },
    span === undefined ? undefined : { value: span, path: spanPath },
    'all-calls',
    {},
    from,
  );
}

function writeParallel(settings: Settings, work: Work): void {
  const path = ['general_settings', 'global_max_parallel_requests'];
  const amount = numberOf(settings.at(path));
  if (amount === undefined || amount < 1) return;
  if (amount > LIMIT_AMOUNT_MOST) return settings.left(path, BEYOND);
  const fields = { measure: 'concurrency', amount: Math.floor(amount) };
  const to = enter(settings, work, 'all-at-once', fields, `${settings.file}:${settings.line(path)}`, path);
  if (to !== null) settings.carried(path, to);
}
