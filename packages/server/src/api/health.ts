// Whether the instance lives and is ready, for whoever has to know without a session: it tells states and no numbers. Live
// is an instance whose every lane answers in time; ready is one that would take a call on every route.
import type { LaneStats } from '@weighbridge/gateway';
import type { ControlPorts } from './ports.ts';

export interface Health {
  readonly live: boolean;
  readonly ready: boolean;
  /** What an answer says of it. */
  readonly text: string;
}

export async function healthOf({
  lanes,
  administration,
}: Pick<ControlPorts, 'lanes' | 'administration'>): Promise<Health> {
  // The question has its own deadline: a lane whose event loop is held does not answer it.
  const stats = await lanes.stats().catch((): null => null);
  const { routes } = administration.snapshot();
  const open = routes.length > 0 && routes.every(({ when_unsealed: when }) => typeof when === 'object');
  const live = stats !== null;
  const sealing = stats?.sealing === true;
  const draining = stats?.draining === true;
  const ready = live && !draining && (sealing || open);
  const recorder = lanes.recorderSilentMs() > 0 ? 'silent' : 'moves';
  const said = { status: statusOf(stats, ready), lanes: live ? 'answer' : 'stuck', sealed: sealedWord(sealing, open) };
  return { live, ready, text: JSON.stringify({ ...said, recorder, draining }) };
}

const statusOf = (stats: LaneStats | null, ready: boolean): string =>
  ready ? 'ready' : stats === null ? 'stuck' : 'not ready';

/** As the gateway says it. */
const sealedWord = (sealing: boolean, open: boolean): string => (sealing ? 'yes' : open ? 'afterwards' : 'no');
