// `receipt`: all we know of a call, or the self-contained file that proves chosen parts of it to somebody else.
import { chmodSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AppError, didYouMean, toAppError } from '@weighbridge/kernel';
import { verifyReceipt, type Journal, type LogEntry } from '@weighbridge/journal';
import type { Invoiced } from '@weighbridge/ledger';
import {
  GROUPS,
  deadlineWords,
  legOrigin,
  legResult,
  shellWord,
  type CallEnergy,
  type Group,
  type RegionEvidence,
  type Usage,
} from '@weighbridge/protocol';
import type { Home } from '@weighbridge/server';
import { text, type Context, type Run } from '../frame/command.ts';
import { figure } from '../frame/figure-text.ts';
import { alignMoney, count, duration, instant, pairs, textTable } from '../frame/text-table.ts';
import { invoicedText, openBooks } from '../read/books.ts';
import { readCall, rowOf, type CallRecord } from '../read/call-record.ts';
import { typed } from '../read/command-form.ts';
import { journalOf, simulatedNote, supersededIn } from '../read/place.ts';
import { servedFacts } from '../read/served-words.ts';

export const run: Run = async (context) => {
  const id = context.arguments[0] ?? '';
  const { journal, home } = journalOf(context);
  const entry = entryOf(journal, id, home);
  const out = text(context, 'out');
  if (out !== undefined) return writeReceipt(context, journal, entry, out);
  const call = entry.leaf.kind === 'call' ? readCall(journal, entry.index) : undefined;
  const invoiced = call === undefined ? null : openBooks(journal, home).invoiced(call);
  const shown = {
    id,
    index: entry.index,
    kind: entry.leaf.kind,
    at: entry.leaf.at,
    ...groupsOf(journal, entry),
    ...(invoiced === null ? {} : { invoiced }),
  };
  context.out.data(
    shown,
    () => simulatedNote(home) + (call === undefined ? JSON.stringify(shown, null, 2) : describe(call, invoiced)),
  );
  journal.close();
  return 0;
};

/** The call's entry, else the newest of this id. Throws RECEIPT_UNKNOWN. */
export function entryOf(journal: Journal, id: string, home: Home): LogEntry {
  const entries = journal.find(id);
  const entry = entries.findLast(({ leaf }) => leaf.kind === 'call') ?? entries.at(-1);
  if (entry !== undefined) return entry;
  const before = supersededIn(home);
  throw new AppError(
    'RECEIPT_UNKNOWN',
    `the journal has no entry ${id.slice(0, 80)}`,
    before.length === 0 ? {} : { next: `look in a log that this one superseded: --superseded ${before.join(' or ')}` },
  );
}

function writeReceipt(context: Context, journal: Journal, entry: LogEntry, out: string): number {
  const { id, kind } = entry.leaf;
  const groups = groupsAsked(text(context, 'groups') ?? 'public');
  const plain = text(context, 'format') === 'plain';
  const file = plain ? journal.receiptFor(id, { groups, kind }) : journal.attestationFor(id, { groups, kind });
  const { vkey } = journal;
  journal.close();
  if (out === '-') {
    context.out.data(JSON.parse(file), () => file.trimEnd());
    return 0;
  }
  const path = resolve(context.workingFolder, out);
  writeFileSync(path, file, { mode: 0o600 });
  if (!groups.includes('personal') && !groups.includes('commercial')) chmodSync(path, 0o644);
  const cosigned = cosignersOf(file, vkey);
  context.out.data({ id, file: path, format: plain ? 'plain' : 'envelope', groups, cosigned_by: cosigned }, () =>
    [
      path,
      `Discloses: ${groups.join(', ')}. ${cosigned.length === 0 ? 'No witness has cosigned its checkpoint.' : `Cosigned by: ${cosigned.join(', ')}.`}`,
      `Check it with: ${typed(context, `weighbridge verify ${shellWord(out)} --key ${vkey}`)}`,
    ].join('\n'),
  );
  return 0;
}

/** Names on the checkpoint of the proof other than the log's own: those whose keys one knows have to verify. */
function cosignersOf(file: string, vkey: string): readonly string[] {
  const { checkpoint = '', origin } = verifyReceipt(file, { vkey });
  const names = Array.from(checkpoint.matchAll(/^— (\S+) /gm), ([, name = '']) => name);
  return [...new Set(names)].filter((name) => name !== origin);
}

function groupsAsked(asked: string): readonly Group[] {
  const names = asked
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const wrong = names.find((name) => !(GROUPS as readonly string[]).includes(name));
  if (wrong === undefined) return names as Group[];
  const near = didYouMean(wrong, GROUPS);
  throw new AppError('USAGE', `a receipt has no group "${wrong.slice(0, 40)}"`, {
    next: near === undefined ? `use any of ${GROUPS.join(', ')}` : `did you mean ${near}?`,
  });
}

function groupsOf(journal: Journal, entry: LogEntry): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const name of GROUPS) {
    if (entry.leaf.groups[name] === undefined) continue;
    try {
      const held = journal.groups(entry.index, [name])[name];
      shown[name] = held === undefined ? null : JSON.parse(held.text);
    } catch (error) {
      if (toAppError(error).code !== 'SUBJECT_ERASED') throw error;
      shown[name] = null;
    }
  }
  return shown;
}

function describe(call: CallRecord, invoiced: Invoiced | null): string {
  const row = rowOf(call);
  const { served, timing, usage, attempts } = call.public;
  const who = call.personal?.who;
  const facts: [string, string][] = [
    ['Call', call.id],
    [
      'Started',
      `${instant(timing.started)}, took ${duration(row.ms)}${row.ttft_ms === null ? '' : `, first token after ${duration(row.ttft_ms)}`}`,
    ],
    [
      'Outcome',
      `${row.outcome}${row.error === null ? '' : ` (${row.error}: ${call.public.error?.message ?? ''})`}, HTTP ${row.status}`,
    ],
    [
      'Asked for',
      `${row.asked}${call.public.asked.stream ? ', streamed' : ''}, by ${
        who === undefined
          ? 'somebody whose part was erased'
          : Object.entries(who)
              .filter(([, value]) => typeof value === 'string')
              .map(([name, value]) => `${name} ${value}`)
              .join(', ')
      }`,
    ],
  ];
  const { parent, deadline } = call.public;
  if (deadline !== undefined) facts.push(['Deadline', deadlineWords(deadline)]);
  if (parent !== undefined) facts.push(['Made as', `a copy of call ${parent.call} (mirror); its answer was dropped`]);
  if (served !== null) {
    facts.push([
      'Served by',
      `${served.model_reported ?? '(the response did not say)'} at ${served.deployment} (${served.cloud})${served.fallback ? ', not the first choice' : ''}`,
    ]);
    facts.push(...servedFacts(call.public, call.commercial));
    facts.push(['Region', `${regionText(served.region)} (${gradeText(served.region.grade)})`]);
    facts.push([
      'Parties',
      `made by ${served.developer}, sold by ${served.seller}, billed by ${served.biller}, hosted by ${served.host}, processed by ${served.processor}`,
    ]);
  }
  for (const attempt of attempts) {
    const { deployment, error, dropped, role, status, usage: taken } = attempt;
    if (error === undefined && dropped === undefined && role === undefined) continue;
    const http = status === undefined ? '' : ` (HTTP ${status})`;
    const took = taken === undefined ? '' : `; took ${usageText(taken)}`;
    facts.push([
      error === undefined ? 'Leg' : 'Failed leg',
      `${deployment}: ${[legOrigin(attempt), legResult(attempt)].filter((part) => part !== '').join('; ')}${http}${took}`,
    ]);
  }
  facts.push(['Usage', usage === null ? 'none' : usageText(usage)]);
  if (call.public.energy !== undefined) facts.push(['Energy', energyText(call.public.energy)]);
  const unit = invoiced === null ? '' : `\nOn the seller's invoice: ${invoicedText(invoiced)}, for the same total`;
  return `${pairs(facts)}\n\n${charges(call)}${unit}`;
}

const usageText = ({ tokens, source }: Usage): string =>
  `${Object.entries(tokens)
    .map(([name, value]) => `${count(value)} ${name}`)
    .join(', ')} (${source})`;

const energyText = (energy: CallEnergy | null): string =>
  energy === null
    ? 'not known'
    : `${figure(energy.wh)} Wh (${figure(energy.low)} to ${figure(energy.high)}), estimated: ${energy.method}`;

const GRADES = [
  "the seller's claim",
  'our verified configuration',
  'reported by the seller with the response',
  'reconciled with a second system of the seller',
  'attested hardware',
];
/** The configured region, and beside it what the response wrote where that is another text. */
export const regionText = ({ configured, reported }: RegionEvidence): string =>
  reported === null || reported === configured ? configured : `${configured}, reported as "${reported}"`;

export const gradeText = (grade: number): string => `grade ${grade}: ${GRADES[grade] ?? 'unknown'}`;

function charges({ commercial, public: { attempts } }: CallRecord): string {
  const { charges: lines, cost } = commercial;
  const amounts = alignMoney([...lines.map((line) => line.contracted ?? line.list), cost.billed], cost.currency);
  const rows = lines.map((line, index) => ({ ...line, money: amounts[index] ?? '' }));
  if (rows.length === 0) return `Cost: ${amounts[0]} (${cost.status})`;
  return textTable(
    [
      {
        title: 'CHARGE',
        cell: (row) =>
          row.leg === undefined ? row.token_class : `${row.token_class}, at ${attempts[row.leg]?.deployment ?? ''}`,
      },
      { title: 'QUANTITY', align: 'right', cell: (row) => count(row.quantity) },
      {
        title: 'UNIT PRICE',
        align: 'right',
        cell: (row) => (row.unit_price === null ? 'unpriced' : `${row.unit_price} ${row.currency}`),
      },
      { title: 'AMOUNT', align: 'right', cell: (row) => row.money },
      { title: 'PRICE', cell: (row) => row.price?.row ?? row.note ?? '' },
    ],
    rows,
    [`Total (${cost.status})`, '', '', amounts.at(-1) ?? '', ''],
  );
}
