// `alerts`: what was told, from the running instance or from the log as it lies; with --test whether a channel works.
import { controlClient, type AlertTold, type ChannelState } from '@weighbridge/protocol';
import { alertsAtRest, controlSocket } from '@weighbridge/server';
import { text, type Context, type Run } from '../frame/command.ts';
import { count, counted, instant, pairs } from '../frame/text-table.ts';
import { instanceClient } from '../read/deal-desk.ts';
import { journalOf, requireInstance } from '../read/place.ts';
import { wholeOption } from '../read/whole-option.ts';

interface Page {
  readonly rows: readonly AlertTold[];
  readonly next: number | null;
  readonly channels: readonly ChannelState[] | null;
}

export const run: Run = async (context) => {
  const channel = text(context, 'test');
  if (channel !== undefined) return testChannel(context, channel);
  const before = wholeOption(context, 'before', -1);
  const page = await pageOf(context, {
    limit: wholeOption(context, 'limit', 50),
    ...(before < 0 ? {} : { before }),
  });
  context.out.data(page, () => shown(page));
  return 0;
};

async function pageOf(context: Context, asked: { readonly limit: number; readonly before?: number }): Promise<Page> {
  const client = instanceClient(context);
  if (client !== undefined) {
    const [alerts, { rows: channels }] = await Promise.all([client.ask('alerts', asked), client.ask('channels', {})]);
    return { ...alerts, channels };
  }
  const { journal } = journalOf(context);
  try {
    return { ...alertsAtRest(journal, asked), channels: null };
  } finally {
    journal.close();
  }
}

function shown({ rows, next, channels }: Page): string {
  const parts = [rows.length === 0 ? 'No alert was made.' : rows.map(line).join('\n')];
  if (next !== null) parts.push(`Older ones: weighbridge alerts --before ${next}`);
  if (channels === null) parts.push('No instance runs: the state of channels is not known.');
  else if (channels.length === 0) parts.push('No channel is set: alerts stand in the log and on standard error.');
  else parts.push(pairs(channels.map((channel) => [`Channel ${channel.name}`, channelText(channel)])));
  return parts.join('\n\n');
}

/** Names are of the caller's making: none of them moves the cursor of who reads this. */
const UNSEEN = /[\p{Cc}\p{Cf}]/gu;

function line({ at, alert, message, limit }: AlertTold): string {
  const names = limit?.names ?? null;
  const whose = limit !== null && names === null ? ' (whose it was has been erased)' : '';
  const named =
    names === null || names.length === 0 ? '' : ` (${names.map((name) => (name === '' ? '(none)' : name)).join(', ')})`;
  return `${instant(at)}  ${alert}: ${message}${named}${whose}`.replace(UNSEEN, '?');
}

function channelText({ kind, state, problem, delivered, dropped, waiting, delivered_at: at }: ChannelState): string {
  const facts = [
    `${kind}, ${problem === null ? state : `FAILING: ${problem}`}`,
    `${counted(delivered, 'alert')} delivered${at === null ? '' : `, the last at ${instant(at)}`}`,
    ...(waiting === 0 ? [] : [`${count(waiting)} waiting`]),
    ...(dropped === 0 ? [] : [`${count(dropped)} given up`]),
  ];
  return facts.join('; ');
}

async function testChannel(context: Context, name: string): Promise<number> {
  const client = controlClient(controlSocket(requireInstance(context).socket));
  const tested = await client.ask('testChannel', { name });
  const why = tested.problem ?? 'nobody knows why';
  context.out.data(tested, () =>
    tested.delivered ? `Channel ${name} took a test alert.` : `Channel ${name} did not take it: ${why}.`,
  );
  return tested.delivered ? 0 : 3;
}
