// Where a command finds what it works on: the home folder, which of its logs, and the instance that runs there.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import { openJournal, type Journal } from '@weighbridge/journal';
import type { LogKind } from '@weighbridge/protocol';
import { openHome, readInstance, readMark, type Home, type Instance } from '@weighbridge/server';
import { text, type Context } from '../frame/command.ts';
import { homeFolder } from './folders.ts';

export const LOG_KINDS: readonly LogKind[] = ['live', 'lab', 'sample'];

/**
 * The log asked for, else the one whose instance runs, else the only one there; the sample only where nothing else is.
 * Throws USAGE when that leaves a doubt.
 */
export function placeOf(context: Context): { readonly home: Home; readonly instance: Instance | undefined } {
  const folder = homeFolder(context);
  const asked = text(context, 'log') as LogKind | undefined;
  if (asked !== undefined) return place(openHome(folder, asked));
  const there = LOG_KINDS.map((kind) => openHome(folder, kind)).filter((home) => existsSync(home.root));
  const own = there.filter((home) => home.log !== 'sample' || readInstance(home) !== undefined);
  const homes = own.length === 0 ? there : own;
  const running = homes.filter((home) => readInstance(home) !== undefined);
  const chosen = running.length === 1 ? running : homes;
  if (chosen.length === 1 && chosen[0] !== undefined) return place(chosen[0]);
  if (chosen.length === 0) return place(openHome(folder, 'live'));
  throw new AppError('USAGE', `${folder} holds several logs: ${chosen.map((home) => home.log).join(', ')}`, {
    next: `say which: --log ${chosen[0]?.log ?? 'live'}`,
  });
}

const place = (home: Home): { home: Home; instance: Instance | undefined } => ({ home, instance: readInstance(home) });

/** The running instance. Throws SERVER_NOT_RUNNING. */
export function requireInstance(context: Context): Instance {
  const { home, instance } = placeOf(context);
  if (instance !== undefined) return instance;
  throw new AppError('SERVER_NOT_RUNNING', `no instance runs on ${home.root}`);
}

/** The journal for reading, or one that it superseded. Throws USAGE when there is none. */
export function journalOf(context: Context): { readonly journal: Journal; readonly home: Home } {
  const { home } = placeOf(context);
  if (!existsSync(home.journal)) {
    throw new AppError('USAGE', `there is no journal in ${home.root}`, {
      next: 'start the gateway with `weighbridge up`, or name its folder with --home',
    });
  }
  const asked = text(context, 'superseded');
  return {
    journal: asked === undefined ? openJournal(home.journal, { vault: home.vault }) : before(home, asked),
    home,
  };
}

/** Numbers of the logs that this one superseded, oldest first: a recovery or a restore ended them. */
export function supersededIn(home: Home): readonly number[] {
  const folder = join(home.journal, 'superseded');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const numbers = names.filter((name) => /^\d+$/.test(name)).map(Number);
  return numbers.toSorted((a, b) => a - b);
}

function before(home: Home, asked: string): Journal {
  const known = supersededIn(home);
  const number = known.find((each) => String(each) === asked);
  if (number === undefined)
    throw new AppError('USAGE', `--superseded: ${home.root} superseded no log "${asked.slice(0, 40)}"`, {
      next:
        known.length === 0 ? 'leave the option out: there is no log before this one' : `use one of ${known.join(', ')}`,
    });
  return openJournal(join(home.journal, 'superseded', asked), { vault: home.vault, superseded: number });
}

export const simulated = (home: Home): boolean => home.log !== 'live';

/** Marks what a person reads as simulated, once, above the numbers. */
export const simulatedNote = (home: Home): string =>
  home.log === 'sample' && readMark(home) !== undefined
    ? 'Sample: an invented organisation, simulated; no call of it was ever made, and no real money was spent.\n'
    : simulated(home)
      ? `Simulated: these are calls of the ${home.log} log; no real money was spent.\n`
      : '';
