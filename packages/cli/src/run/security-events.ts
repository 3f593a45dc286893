// `security-events`: where security events go, as the running instance knows it; with --test whether one arrives.
import { askControl, type Status } from '@weighbridge/server';
import { text, type Context, type Run } from '../frame/command.ts';
import { count, counted, instant, pairs } from '../frame/text-table.ts';
import { requireInstance } from '../read/place.ts';

type Destination = Status['security'][number];

export const run: Run = async (context) => {
  const { socket } = requireInstance(context);
  const name = text(context, 'test');
  if (name !== undefined) return test(context, socket, name);
  const { security } = await askControl<Status>(socket, 'GET', '/status');
  context.out.data(security, () => (security.length === 0 ? NONE : pairs(security.map(destinationRow))));
  return 0;
};

const NONE = 'No destination is set: name one under `security_events` (docs/observability.md).';

async function test(context: Context, socket: string, name: string): Promise<number> {
  const path = '/security-events/test';
  const tested = await askControl<{ name: string; problem: string | null }>(socket, 'POST', path, { name });
  const { problem } = tested;
  context.out.data(tested, () =>
    problem === null ? `${name} took a test event.` : `${name} did not take it: ${problem}.`,
  );
  return problem === null ? 0 : 3;
}

export const destinationRow = (to: Destination): [string, string] => [`Destination ${to.name}`, destinationText(to)];

/** `syslog, up; 12 events sent, the last at …`, or what is wrong. */
export function destinationText({
  kind,
  state,
  problem,
  sent,
  dropped,
  waiting,
  behind,
  sent_at: at,
}: Destination): string {
  const facts = [
    `${kind}, ${problem === null ? state : `FAILING: ${problem}`}`,
    `${counted(sent, 'event')} sent${at === null ? '' : `, the last at ${instant(at)}`}`,
    ...(behind === 0 ? [] : [`${counted(behind, 'entry', 'entries')} behind`]),
    ...(waiting === 0 ? [] : [`${count(waiting)} waiting`]),
    ...(dropped === 0 ? [] : [`${count(dropped)} dropped`]),
  ];
  return facts.join('; ');
}
