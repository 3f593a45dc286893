// The log of the sample organisation, asked below `/sample` of the instance's own listener: the same answers over a view of
// that log. Sessions are the instance's: who may look at one may look at the other, and their entries stand in its log alone.
import { randomBytes } from 'node:crypto';
import { AppError } from '@weighbridge/kernel';
import { SAMPLE_MOUNT, type ControlName } from '@weighbridge/protocol';
import { createAnswers, type Answers } from './answers/index.ts';
import { briefAnswer } from './answers/deal.ts';
import { createExports } from './answers/exports.ts';
import { createApp, type AppOptions, type ControlApp } from './app.ts';
import { createLive } from './live.ts';
import type { ControlPorts, LogView, SamplePort } from './ports.ts';
import type { Face } from './request-context.ts';

/** What is of the instance, and not of a log. */
const OF_THE_INSTANCE = [
  'openSession',
  'session',
  'closeSession',
  'sessions',
  'endSession',
  'sample',
  'openSample',
  'makeSample',
  'removeSample',
] as const satisfies readonly ControlName[];

export interface SampleMountOptions {
  /** Of the instance. */
  readonly ports: ControlPorts;
  readonly answers: Answers;
  readonly desk: SamplePort;
  readonly face: Face;
}

/** Throws SAMPLE_ABSENT while there is no view to ask. */
export function createSampleMount(options: SampleMountOptions): NonNullable<AppOptions['sample']> {
  let known: { readonly view: LogView; readonly app: ControlApp } | null = null;
  return (request, env) => {
    const view = options.desk.view();
    if (view === null)
      throw new AppError('SAMPLE_ABSENT', 'the sample organisation is not there, or not yet, or nobody looks at it');
    if (known?.view !== view) known = { view, app: appOf(view, options) };
    return known.app.fetch(request, env);
  };
}

function appOf(view: LogView, { ports: own, answers: ownAnswers, face }: SampleMountOptions): ControlApp {
  const ports: ControlPorts = { ...own, ...view.ports, mount: SAMPLE_MOUNT };
  const newTicket = (): string => randomBytes(32).toString('base64url');
  const exports = createExports({ ...ports, newTicket, brief: (input) => briefAnswer(ports, input) });
  const shared = Object.fromEntries(OF_THE_INSTANCE.map((name) => [name, ownAnswers[name]])) as Partial<Answers>;
  const answers: Answers = { ...createAnswers(ports, exports), ...shared };
  const live = createLive(ports);
  view.closing.addEventListener('abort', () => live.close(), { once: true });
  if (view.closing.aborted) throw new AppError('SAMPLE_ABSENT', 'the sample organisation is being removed');
  return createApp({ ports, face, answers, exports, live, files: null, sample: null });
}
