// `deal claims`, `deal evidence`, `deal answers`, `deal state`: what is said of the deal, and what evidence makes of it.
import { resolve } from 'node:path';
import { AppError } from '@weighbridge/kernel';
import type { ClaimRow, Claims, EvidenceRow } from '@weighbridge/protocol';
import { dealAtRest, enterAnswers, readAnswersFile, readEvidenceFile } from '@weighbridge/server';
import { text, type Context, type Run } from '../frame/command.ts';
import { counted, pairs, textTable } from '../frame/text-table.ts';
import { asked as askedDay, asOf } from '../read/as-of.ts';
import { typed } from '../read/command-form.ts';
import { contractText } from '../read/contract-file.ts';
import { changeDesk, instanceClient, readDesk } from '../read/deal-desk.ts';

export const list: Run = async (context) => {
  const day = askedDay(context);
  const found = await claimsOf(context, day);
  const wanted = context.arguments[0];
  if (wanted !== undefined) {
    const row = found.rows.find(({ id }) => id === wanted);
    if (row === undefined) throw new AppError('CLAIM_UNKNOWN', `there is no claim ${wanted.slice(0, 120)}`);
    context.out.data(row, () => asOf(day, describe(row)));
    return;
  }
  context.out.data(found, () => asOf(day, overview(found)));
};

async function claimsOf(context: Context, day: { readonly at?: string }): Promise<Claims> {
  const instance = instanceClient(context);
  if (instance !== undefined) return instance.ask('claims', day);
  return readDesk(context, (desk) => dealAtRest(desk, Date.now()).claims(day.at));
}

function overview({ rows, conflicts, owed, check, unstated, register }: Claims): string {
  const parts = [
    `${register.title}: ${counted(rows.length, 'claim')}`,
    textTable(
      [
        { title: '  CLAIM', cell: ({ id }) => `  ${id}` },
        { title: 'STATE', cell: ({ state }) => state },
        { title: 'FIGURE', cell: figureOf },
        { title: 'EVIDENCE', align: 'right', cell: ({ evidence }) => String(evidence.length) },
        { title: 'WHY', cell: ({ says }) => says },
      ],
      rows,
    ),
    `Claimed as owed: ${totals(owed.firm)}\nOnly possible ("up to"), in no sum above: ${totals(owed.options)}`,
  ];
  for (const { why, between, ask } of conflicts)
    parts.push(
      [`Conflict: ${why}`, ...between.map(({ says, source }) => `  ${says} (${source})`), `  ${ask}`].join('\n'),
    );
  if (check !== null)
    parts.push(
      [
        'Does the money fit the gigawatt?',
        ...check.steps.map(({ arithmetic }) => `  ${arithmetic}`),
        `  ${check.says} (confidence: ${check.confidence})`,
      ].join('\n'),
    );
  if (unstated > 0) parts.push(`${counted(unstated, 'claim')} not stated in the log as they are now.`);
  return parts.join('\n\n');
}

const totals = (all: Claims['owed']['firm']): string =>
  all.map(({ of, value, approximate }) => `${approximate ? 'about ' : ''}${grouped(value)} ${of}`).join(', ') ||
  'nothing';

const grouped = (value: string): string => {
  const [whole = '', part] = value.split('.');
  const digits = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  return part === undefined ? digits : `${digits}.${part}`;
};

const figureOf = ({ value, unit, up_to: upTo, approximate }: ClaimRow): string =>
  value === null ? '-' : `${upTo ? 'up to ' : approximate ? 'about ' : ''}${grouped(value)} ${unit ?? ''}`.trim();

const WEIGHS: Readonly<Record<EvidenceRow['weight'], string>> = {
  for: 'weighs for it',
  against: 'weighs against it',
  doubt: 'puts it in doubt',
  nothing: 'weighs nothing',
};

function authorText({ author: { kind, party, name } }: EvidenceRow): string {
  if (kind === 'ourselves') return 'of our own';
  if (kind === 'unknown') return 'of an author who is not named';
  return kind === 'party' ? `by ${name} (${party})` : `by ${name}, who stands in no register`;
}

function describe(row: ClaimRow): string {
  const evidence = row.evidence.map(
    (piece) =>
      `  ${piece.kind.replaceAll('_', ' ')} ${authorText(piece)}, ${piece.period.from} to ${piece.period.until}, good until ${piece.valid_until}: ${WEIGHS[piece.weight]} (${piece.says}${piece.why === null ? '' : `; ${piece.why}`})`,
  );
  const history = row.history.map(
    ({ at, from, to, says }) => `  ${new Date(at).toISOString().slice(0, 16)}Z ${from ?? 'entered'} → ${to}: ${says}`,
  );
  return [
    `"${row.text}"`,
    pairs([
      ['State', `${row.state}: ${row.says}`],
      ['Claim', `${row.id}, ${row.kind}, materiality ${row.materiality}`],
      ['Figure', figureOf(row)],
      [
        'Source',
        `${row.source.title}${row.source.snapshot_sha256 === null ? '; no snapshot is kept' : `; snapshot sha256 ${row.source.snapshot_sha256}`}`,
      ],
      ['Parties', row.parties.join(', ') || '-'],
      ['Conditions', row.conditions.join('; ') || '-'],
    ]),
    evidence.length === 0 ? 'No evidence.' : `Evidence\n${evidence.join('\n')}`,
    `History\n${history.join('\n')}`,
  ].join('\n\n');
}

export const evidence: Run = async (context) => {
  const [claim = '', file = ''] = context.arguments;
  const given = readEvidenceFile(file, contractText(resolve(context.workingFolder, file), file));
  const instance = instanceClient(context);
  const told =
    instance === undefined
      ? await changeDesk(context, async (desk) => {
          await desk.claims.add(claim, given, { via: 'command' });
          return dealAtRest(desk, Date.now())
            .claims()
            .rows.find(({ id }) => id === claim);
        })
      : await instance.ask('addEvidence', { ...given, claim });
  if (told === undefined) throw new AppError('CLAIM_UNKNOWN', `there is no claim ${claim}`);
  context.out.data(told, () => `${told.id} is ${told.state}: ${told.says}.`);
};

export const answers: Run = async (context) => {
  const [contract = '', file = ''] = context.arguments;
  const given = readAnswersFile(file, contractText(resolve(context.workingFolder, file), file));
  const who = text(context, 'by');
  if (who === undefined)
    throw new AppError('USAGE', 'it is not said who answered: an answer is somebody’s word', {
      next: `add --by with the id of a party (\`${typed(context, 'weighbridge deal register show')}\` names them) or a name`,
    });
  const asked = {
    answered_by: who,
    answers: Object.entries(given).map(([question, answer]) => ({ question, answer })),
  };
  const instance = instanceClient(context);
  const told =
    instance === undefined
      ? await changeDesk(context, (desk) =>
          enterAnswers(desk.claims, desk.contracts.held(contract).contract, asked, { via: 'command' }),
        )
      : await instance.ask('enterAnswers', { contract, ...asked });
  context.out.data(
    told,
    () =>
      `${counted(told.entered.length, 'answer')} entered as claims, ${told.unchanged.length} stood so already. They are words, not evidence: ${typed(context, 'weighbridge deal claims')}`,
  );
};

export const state: Run = async (context) => {
  const instance = instanceClient(context);
  const stated =
    instance === undefined
      ? await changeDesk(context, (desk) => desk.claims.state({ via: 'command' }, 'all'))
      : (await instance.ask('stateClaims', {})).stated;
  context.out.data({ stated }, () =>
    stated.length === 0 ? 'Every claim is stated as it is.' : `Stated in the log: ${stated.join(', ')}.`,
  );
};
