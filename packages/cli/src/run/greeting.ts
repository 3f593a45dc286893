// What `up` prints: lines that can be pasted as they stand.
import { SAMPLE_MOUNT, typedAs, type CommandForm } from '@weighbridge/protocol';
import type { KeyView, Status } from '@weighbridge/server';
import { budgetLines } from './budget-words.ts';
import { marketLine, type MarketFacts } from './market-words.ts';

export interface GreetingFacts {
  readonly version: string;
  readonly origin: string;
  readonly log: string;
  readonly simulated: boolean;
  readonly key: string | null;
  /** A link that opens the console once; null where none is served. */
  readonly console: string | null;
  readonly journal: string;
  readonly vkey: string;
  readonly interrupted: number;
  /** Null: no real money can be spent. */
  readonly budget: Status['budget'];
  /** The configuration is a file. */
  readonly fromFile: boolean;
  readonly models: readonly string[];
  readonly keys: readonly KeyView[];
  /** Names under `keys:` in the configuration. */
  readonly listed: readonly string[];
  /** What the simulated clouds run; absent where there are none. */
  readonly scenario?: MarketFacts;
  /** How commands are typed here. */
  readonly command: CommandForm;
}

export function greeting(facts: GreetingFacts): string {
  const { origin } = facts;
  const typed = typedIn(facts);
  const lines = [
    `Weighbridge ${facts.version} listens at ${origin}${facts.simulated ? '  (simulated clouds: nothing real is called, no money is spent)' : ''}`,
  ];
  if (facts.scenario !== undefined) lines.push(`Scenario ${marketLine(facts.scenario)}`);
  if (facts.interrupted > 0) {
    const calls = facts.interrupted === 1 ? '1 call that was' : `${facts.interrupted} calls that were`;
    lines.push(`Recovered: ${calls} in flight when the last run ended without warning now show as interrupted.`);
  }
  if (facts.console !== null)
    lines.push(
      '',
      `Console  ${facts.console}`,
      `         opens once, within five minutes; another link: ${typed(consoleCommand(facts.console))}`,
    );
  lines.push('', ...(facts.key === null ? keysToUse(facts) : linesToPaste(facts, facts.key, typed)));
  const budget = budgetLines(facts.budget, facts.fromFile);
  if (budget.length > 0) lines.push('', ...budget);
  lines.push(
    '',
    `See them pass    ${typed('calls --tail')}`,
    `Why this one     ${typed('explain ID')}        (the id is in the header weighbridge-receipt)`,
    `Prove it         ${typed('receipt ID --out receipt.json')} && ${typed(`verify receipt.json --key ${facts.vkey}`)}`,
    `Journal          ${facts.journal}`,
    `Log, open to all ${origin}/log/checkpoint`,
  );
  return lines.join('\n');
}

/** What prints a link to the same pages: those of the sample, where the start leads there. */
const consoleCommand = (link: string): string =>
  new URL(link).pathname.startsWith(`${SAMPLE_MOUNT}/`) ? 'console --log sample' : 'console';

type Typed = (line: string) => string;

/** Where the settings of everything else stand. */
const otherTools = (origin: string, typed: Typed): readonly string[] => [
  `OpenAI Responses: base URL ${origin}/v1, as for Chat Completions. Any other tool (SDKs, agents, editors, Amazon's,`,
  `Google's and Azure's clients): the page Clients of the console, or ${typed('clients')}`,
];

const typedIn =
  ({ command }: Pick<GreetingFacts, 'command'>) =>
  (line: string): string =>
    typedAs(command, `weighbridge ${line}`);

function linesToPaste({ origin, models }: GreetingFacts, key: string, typed: Typed): string[] {
  const chat = models.find((model) => model.startsWith('gpt')) ?? models[0] ?? 'gpt-4.1';
  const messages = models.find((model) => model.startsWith('claude')) ?? models[0] ?? 'claude-sonnet-4-5';
  return [
    'A call as OpenAI clients make it (Chat Completions):',
    '',
    `  curl ${origin}/v1/chat/completions -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '{"model":"${chat}","max_completion_tokens":24,"messages":[{"role":"user","content":"Hello"}]}'`,
    '',
    'As Anthropic clients make it (Messages), streamed:',
    '',
    `  curl -N ${origin}/v1/messages -H 'x-api-key: ${key}' -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' -d '{"model":"${messages}","max_tokens":256,"stream":true,"messages":[{"role":"user","content":"Hello"}]}'`,
    '',
    'Claude Code through it:',
    '',
    `  export ANTHROPIC_BASE_URL=${origin}`,
    `  export ANTHROPIC_AUTH_TOKEN=${key}`,
    '',
    ...otherTools(origin, typed),
    '',
    'The key was made by this start and is shown only here; that of the start before no longer works.',
  ];
}

function keysToUse(facts: GreetingFacts): string[] {
  const inForce = facts.keys.filter((key) => !key.revoked);
  const free = facts.listed.find((name) => inForce.every((key) => key.name !== name));
  const make = typedIn(facts)(`keys create ${free ?? facts.listed[0] ?? 'NAME'}`);
  const first =
    facts.listed.length === 0 ? 'List it in the configuration first (`keys: { NAME: {} }`), then make' : 'Make';
  return [
    inForce.length === 0
      ? `No key is in force yet. ${first} one (it is shown once): ${make}`
      : `Keys in force: ${inForce.map((key) => key.name).join(', ')}. Another: ${make}`,
    `OpenAI clients      base URL ${facts.origin}/v1`,
    `Anthropic clients   base URL ${facts.origin}`,
    `Claude Code         export ANTHROPIC_BASE_URL=${facts.origin}; export ANTHROPIC_AUTH_TOKEN=KEY`,
    ...otherTools(facts.origin, typedIn(facts)),
  ];
}
