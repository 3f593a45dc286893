// Questions of a test file, each asked of the embedded database and of PostgreSQL 15, over one log of three thousand
// calls in which a person was erased.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { HOUR_MS } from '@weighbridge/protocol';
import type { Journal } from '@weighbridge/journal';
import type { Sources } from '../../../src/queries/query.ts';
import type { Database } from '../../../src/store/database.ts';
import { START } from '../../../../../test/receipts/log.ts';
import { embedded, postgresql, startServer, stopServer, suiteScope, type Kind } from './databases.ts';
import { makeLog, startFolding } from './folding.ts';
import { knownCalls, type Known } from './oracle.ts';
import { postgresMissing } from './postgres.ts';

const CALLS = 3_000;
/** Two days and a half. */
export const END = START + CALLS * (HOUR_MS / 50);
export const ALL = { since: START - HOUR_MS, until: END + HOUR_MS };

export interface Asked {
  readonly sources: Sources;
  readonly known: readonly Known[];
  readonly journal: Journal;
}

/** The reader that questions get here insists on what every one of them promises. */
function bounded(database: Database): Sources['reader'] {
  return {
    read: (sql, params, most) => {
      assert.match(sql.trim(), /LIMIT (?:\d+|\$\d+)$/, sql);
      assert.doesNotMatch(sql, /now\(\)|current_timestamp|random\(/i);
      return database.read(sql, params, most);
    },
  };
}

export const within = (known: readonly Known[], since: number, until: number): readonly Known[] =>
  known.filter(({ at }) => at >= since && at < until);

/** A caller whose personal group was erased. */
export const erased = ({ who }: Known): boolean => who.organisation === '';

export interface Questions {
  readonly question: (name: string, ask: (opened: Asked) => void | Promise<void>) => void;
  /** Registers all that were noted, for both databases. */
  readonly run: () => void;
}

export function questions(): Questions {
  const noted: { readonly name: string; readonly ask: (opened: Asked) => void | Promise<void> }[] = [];
  const askAll = (kind: Kind): void => {
    const opened = openFor(kind);
    for (const { name, ask } of noted) test(name, () => ask(opened()));
  };
  return {
    question: (name, ask) => void noted.push({ name, ask }),
    run: () => {
      describe('questions to the embedded database', () => askAll(embedded));
      describe('questions to PostgreSQL 15', { skip: postgresMissing }, () => {
        before(startServer);
        after(stopServer);
        askAll(postgresql);
      });
    },
  };
}

/** Folds the log into a database of this kind before the tests, and gives what they ask. */
function openFor(kind: Kind): () => Asked {
  let opened: Asked | null = null;
  const context = suiteScope();
  after(() => context.end());
  before(async () => {
    const log = makeLog(context, { seed: 31, callsPerHour: 50, teams: 6 });
    const made = await log.calls(CALLS);
    const [first] = log.subjects;
    await log.erase(first ?? '');
    log.seal();
    const journal = log.reader();
    const database = await kind.open(context);
    const { projector } = await startFolding(context, journal, database);
    await projector.reach();
    const routes = new Map(
      log.receipts.decided.map(({ commercial = '' }) => [
        createHash('sha256').update(commercial).digest('base64url'),
        (JSON.parse(commercial) as { route: string }).route,
      ]),
    );
    const known = knownCalls(made, routes).map((call) =>
      (call.who.principal ?? call.who.key) === first ? { ...call, who: { organisation: '' } } : call,
    );
    opened = { sources: { reader: bounded(database), journal }, known, journal };
  });
  return () => {
    assert.ok(opened !== null, 'the log is folded before it is asked');
    return opened;
  };
}
