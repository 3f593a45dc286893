// What a start says of the hard budget: how much it is and leaves, and which calls it refuses, by name of the deployment
// where that depends on it. Only where real money can be spent.
import { moneyFromDecimal } from '@weighbridge/kernel';
import type { Status } from '@weighbridge/server';

const NAMED_MOST = 6;

export function budgetLines(budget: Status['budget'], fromFile: boolean): readonly string[] {
  if (budget === null) return [];
  const { daily, left, used, currency, windows } = budget;
  const held = moneyFromDecimal(used) === 0n ? '' : ` (${used} spent or held)`;
  const most = moneyFromDecimal(left);
  const unknown = windows.filter(({ cost }) => cost === null).map(({ deployment }) => deployment);
  const dear = windows.flatMap(({ deployment, cost }) =>
    cost !== null && moneyFromDecimal(cost) > most ? [`${deployment} (${cost} ${currency})`] : [],
  );
  return [
    `Hard budget      ${daily} ${currency} a day over all real deployments; ${left} ${currency} left until 00:00 UTC${held}`,
    'Refused under it, before anything is sent:',
    '  - a call that could cost more than what is left (BUDGET_EXCEEDED). What is held for it is the dearest outcome: its bytes as',
    '    tokens and its max_tokens; for a document the whole context window; for web search the window once more for each use',
    '  - a call without a bound (BUDGET_UNBOUNDED): web search or another tool of the seller without max_uses, MCP servers, containers',
    ...named('documents and web search, since one window alone could cost more than is left', dear),
    ...named('documents and web search, since the window (max_input_tokens) or a price is not known', unknown),
    `More: ${fromFile ? 'raise `budget.daily` in the configuration' : "name the deployments and `budget: { daily: '25' }` in weighbridge.yaml"}; \`status\` shows what is left.`,
  ];
}

function named(what: string, deployments: readonly string[]): readonly string[] {
  if (deployments.length === 0) return [];
  const more = deployments.length - NAMED_MOST;
  return [`  - ${what}: ${deployments.slice(0, NAMED_MOST).join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}
