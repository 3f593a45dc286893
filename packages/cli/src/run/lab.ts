// `lab up`, `lab faults`, `lab tape`: the simulated clouds and their control panel.
import { once } from 'node:events';
import { join } from 'node:path';
import { AppError, didYouMean } from '@weighbridge/kernel';
import {
  FAULT_NAMES,
  labControl,
  LAB_FAULTS,
  LAB_SITES,
  startLab,
  type FaultName,
  type LabSite,
} from '@weighbridge/lab';
import { flag, text, type Context, type Run } from '../frame/command.ts';
import { pairs, textTable } from '../frame/text-table.ts';
import { homeFolder } from '../read/folders.ts';
import { parseCount } from '../read/instants.ts';
import { removeLab, requireLab, writeLab } from '../read/lab-place.ts';

const HOLD_MS = 60_000;

export const up: Run = async (context) => {
  const mode = text(context, 'latency') as 'zero' | 'fixed' | 'realistic' | undefined;
  const firstPort = parseCount(text(context, 'first-port'), 'first-port', 1, 65_000);
  const corpus = context.env['WEIGHBRIDGE_CORPUS'];
  const lab = await startLab({
    folder: join(homeFolder(context), 'lab', 'run'),
    seed: parseCount(text(context, 'seed'), 'seed', 0, 999_999_999) ?? 1,
    ...(mode === undefined ? {} : { latency: { mode } }),
    ...(firstPort === undefined ? {} : { firstPort }),
    ...(corpus === undefined ? {} : { corpus }),
  });
  try {
    writeLab(context, lab.endpoints);
    const { clouds, admin, pid, folder, identity } = lab.endpoints;
    context.out.line({ simulated: true, clouds, identity, admin, pid, folder }, () =>
      [
        'Simulated clouds listen:',
        pairs([
          ...Object.entries(clouds),
          ['identity', identity.origin],
          ['control panel', `${admin}/__lab/`],
          ['credentials', folder],
        ]),
      ].join('\n'),
    );
    await untilOver(context.signal, lab.ended);
  } finally {
    removeLab(context, lab.endpoints);
    await lab.stop();
  }
  return context.signal.reason === 'SIGTERM' ? 0 : 130;
};

/**
 * Waits for the interrupt. Neither the lab's process nor a listener for signals keeps this one alive, so a timer does.
 * Throws SERVER_NOT_RUNNING when the lab's process is gone before anybody asked for that.
 */
async function untilOver(signal: AbortSignal, gone: Promise<void>): Promise<void> {
  if (signal.aborted) return;
  const hold = setInterval(() => undefined, HOLD_MS);
  try {
    await Promise.race([once(signal, 'abort'), gone]);
  } finally {
    clearInterval(hold);
  }
  if (signal.aborted) return;
  throw new AppError('SERVER_NOT_RUNNING', "the lab's process was ended by somebody else", {
    next: 'start it again with `weighbridge lab up`',
  });
}

export const faults: Run = async (context) => {
  const control = labControl(requireLab(context).admin);
  const name = context.arguments[0];
  const cleared = flag(context, 'clear') ? await control.clearFaults() : undefined;
  if (name !== undefined) await control.fault({ fault: faultOf(name), ...conditions(context) });
  const active = await control.faults();
  const known = FAULT_NAMES.map((fault) => ({ name: fault, ...LAB_FAULTS[fault] }));
  context.out.data({ active, known, ...(cleared === undefined ? {} : { cleared }) }, () => {
    const on =
      active.length === 0
        ? 'No fault is on.'
        : textTable(
            [
              { title: 'ON', cell: (row) => row.fault },
              { title: 'WHERE', cell: (row) => row.site ?? row.cloud ?? 'everywhere' },
              { title: 'MODEL', cell: (row) => row.model ?? 'any' },
              { title: 'LEFT', cell: (row) => (row.count === undefined ? 'until cleared' : `${row.count - row.hits}`) },
            ],
            active,
          );
    if (name !== undefined || cleared !== undefined) return on;
    return `${on}\n\n${textTable(
      [
        { title: 'FAULT', cell: (row) => row.name },
        { title: 'WHAT A CLIENT MEETS', cell: (row) => row.what },
      ],
      known,
    )}`;
  });
};

function faultOf(name: string): FaultName {
  if ((FAULT_NAMES as readonly string[]).includes(name)) return name as FaultName;
  const near = didYouMean(name, FAULT_NAMES);
  throw new AppError(
    'FAULT_UNKNOWN',
    `the lab has no fault "${name.slice(0, 60)}"`,
    near === undefined ? {} : { next: `did you mean ${near}?` },
  );
}

function conditions(context: Context): { site?: LabSite; model?: string; count?: number; probability?: number } {
  const site = siteOf(context);
  const model = text(context, 'model');
  const count = parseCount(text(context, 'count'), 'count', 1, 1_000_000);
  const share = text(context, 'probability');
  const probability = share === undefined ? undefined : Number(share);
  if (probability !== undefined && !(probability > 0 && probability <= 1))
    throw new AppError('USAGE', `--probability "${share}" is no share`, { next: 'give a number above 0, up to 1' });
  return {
    ...(site === undefined ? {} : { site }),
    ...(model === undefined ? {} : { model }),
    ...(count === undefined ? {} : { count }),
    ...(probability === undefined ? {} : { probability }),
  };
}

function siteOf(context: Context): LabSite | undefined {
  const site = text(context, 'site');
  if (site === undefined || (LAB_SITES as readonly string[]).includes(site)) return site as LabSite | undefined;
  const near = didYouMean(site, LAB_SITES);
  throw new AppError('USAGE', `the lab has no site "${site.slice(0, 60)}"`, {
    next: near === undefined ? `use one of ${LAB_SITES.join(', ')}` : `did you mean ${near}?`,
  });
}

export const tape: Run = async (context) => {
  const control = labControl(requireLab(context).admin);
  const name = context.arguments[0];
  if (name !== undefined) {
    const count = parseCount(text(context, 'count'), 'count', 1, 100_000) ?? 1;
    await control.playTape(name, count, siteOf(context));
    context.out.data(
      { queued: name, count },
      () => `The next ${count === 1 ? 'call plays' : `${count} calls play`} ${name}.`,
    );
    return;
  }
  const tapes = await control.tapes();
  context.out.data(tapes, () =>
    textTable(
      [
        { title: 'TAPE', cell: (row) => row.name },
        { title: 'STREAM', cell: (row) => (row.stream ? 'yes' : '') },
        { title: 'WHOLE', cell: (row) => (row.whole ? 'yes' : '') },
      ],
      tapes,
    ),
  );
};
