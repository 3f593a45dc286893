// `explain`: why this model, cloud and region. The decision and the attempts are read from the journal; what the others
// would have cost is computed from the configuration that was in force then.
import { AppError, formatMoney, moneyFromDecimal } from '@weighbridge/kernel';
import { createRater, explainPrice, type Invoiced, type InvoiceUnits, type PriceRater } from '@weighbridge/ledger';
import type { Journal } from '@weighbridge/journal';
import { deadlineWords, legOrigin, legResult, type Config, type Decision } from '@weighbridge/protocol';
import { compileDeployment, openBlobs, openPrices, readConfigs, type Home } from '@weighbridge/server';
import type { Run } from '../frame/command.ts';
import { alignMoney, duration, instant, pairs, textTable, type Column } from '../frame/text-table.ts';
import { invoicedText, openBooks, type Books } from '../read/books.ts';
import { findDecision, readCall, rowOf, type CallRecord } from '../read/call-record.ts';
import { journalOf, simulated, simulatedNote } from '../read/place.ts';
import { servedFacts } from '../read/served-words.ts';
import { entryOf, gradeText, regionText } from './receipt.ts';

interface Alternative {
  readonly deployment: string;
  readonly served: boolean;
  /** Who would sell the call: the legal party, as in a receipt. */
  readonly seller: string;
  /** Name of the price list that the cost follows; null: no list has this deployment. */
  readonly price_list: string | null;
  /** Exact decimal; null: unpriced. */
  readonly cost: string | null;
  readonly currency: string;
  /** What the seller's invoice would show where it has a unit of its own; null: it invoices in currency, or unpriced. */
  readonly invoiced: InvoiceUnits | null;
  /** Against what served, with sign. */
  readonly difference: string | null;
  readonly notes: readonly string[];
}

export const run: Run = async (context) => {
  const id = context.arguments[0] ?? '';
  const { journal, home } = journalOf(context);
  const entry = entryOf(journal, id, home);
  const call = entry.leaf.kind === 'call' ? readCall(journal, entry.index) : undefined;
  if (call === undefined)
    throw new AppError('RECEIPT_UNKNOWN', `${id} is a ${entry.leaf.kind} entry, not a finished call`);
  const decision = findDecision(journal, call);
  const config = decision === null ? null : configOf(journal, home, decision.config);
  const books = openBooks(journal, home);
  const alternatives =
    config === null || decision === null ? [] : priceAlternatives(call, decision, config, raterOf(books, call));
  const invoiced = books.invoiced(call);
  journal.close();
  const { asked, attempts, served } = call.public;
  const shown = {
    id,
    at: call.at,
    outcome: call.public.outcome,
    asked,
    decision,
    attempts,
    served,
    cost: call.commercial.cost,
    ...(invoiced === null ? {} : { invoiced }),
    alternatives,
    simulated: simulated(home),
  };
  context.out.data(shown, () => simulatedNote(home) + explain(call, decision, alternatives, invoiced));
  return 0;
};

/** The configuration whose digest the decision names; null where the journal has none by that digest. */
function configOf(journal: Journal, home: Home, digest: string): Config | null {
  for (const { record } of readConfigs(journal)) {
    if (record.digest === digest) return openBlobs(`${home.root}/blobs`).resolve(record.config) as Config;
  }
  return null;
}

/** By the book that the charges name, where it is still there. */
function raterOf(books: Books, call: CallRecord): PriceRater {
  const id = call.commercial.charges.find((charge) => charge.price !== null)?.price?.book;
  const book = id === undefined ? undefined : books.get(id);
  return book === undefined ? openPrices([]).rater : createRater(book);
}

/** Every candidate of the decision, priced with the usage that was measured, by the book that priced the call. */
function priceAlternatives(
  call: CallRecord,
  decision: Decision,
  config: Config,
  rater: PriceRater,
): readonly Alternative[] {
  const names = decision.candidates.map((candidate) => candidate.deployment);
  const deployments = names.flatMap((name) => {
    const held = config.deployments[name];
    return held === undefined ? [] : [compileDeployment(name, held)];
  });
  const served = deployments.find((deployment) => deployment.id === call.public.served?.deployment);
  if (served === undefined || call.public.usage === null) return [];
  return explainPrice(rater, call.public.usage, call.at, served, deployments).map((option) => ({
    deployment: option.deployment,
    served: option.deployment === served.id,
    seller: deployments.find((deployment) => deployment.id === option.deployment)?.roles.seller ?? served.roles.seller,
    price_list: option.seller,
    cost: option.rated.cost.billed,
    currency: option.rated.cost.currency,
    invoiced: option.rated.invoiced,
    difference: option.difference,
    notes: option.rated.notes,
  }));
}

function explain(
  call: CallRecord,
  decision: Decision | null,
  alternatives: readonly Alternative[],
  invoiced: Invoiced | null,
): string {
  const parts = [headline(call, decision, invoiced)];
  if (decision !== null) parts.push(`Why it got there\n${candidates(decision)}`);
  if (call.public.attempts.length > 0) parts.push(`What was tried\n${attempts(call)}`);
  if (alternatives.length > 0)
    parts.push(
      `What it would have cost elsewhere (same tokens; another model may count them differently)\n${costs(alternatives)}`,
    );
  return parts.join('\n\n');
}

function headline(call: CallRecord, decision: Decision | null, invoiced: Invoiced | null): string {
  const row = rowOf(call);
  const { served } = call.public;
  const facts: [string, string][] = [['Call', `${call.id}, ${instant(call.at)}, ${row.outcome}`]];
  facts.push([
    'Model',
    served === null
      ? `asked for ${row.asked}; nothing was served`
      : `${row.asked} was asked for; ${served.model_requested} was called; the answer says ${served.model_reported ?? 'nothing'}`,
  ]);
  if (served !== null) {
    facts.push([
      'Cloud',
      `${served.cloud}, deployment ${served.deployment}${served.fallback ? ' (fallback)' : ''}, sold by ${served.seller}`,
    ]);
    facts.push(...servedFacts(call.public, call.commercial));
    facts.push(['Region', `${regionText(served.region)}, ${gradeText(served.region.grade)}`]);
  }
  if (invoiced !== null) facts.push(['Invoice', `the seller invoices the call as ${invoicedText(invoiced)}`]);
  if (decision !== null) {
    facts.push([
      'Route',
      decision.route === '' ? 'none takes this model' : `${decision.route}, by ${decision.strategy}`,
    ]);
    facts.push([
      'Policy',
      `${decision.policy.verdict}${decision.policy.rules.length === 0 ? '' : `: ${decision.policy.rules.join('; ')}`}`,
    ]);
    facts.push(['Config', decision.config]);
  }
  const { deadline } = call.public;
  if (deadline !== undefined) facts.push(['Deadline', deadlineWords(deadline)]);
  if (call.public.error !== undefined) facts.push(['Error', `${call.public.error.code}: ${call.public.error.message}`]);
  return pairs(facts);
}

function candidates(decision: Decision): string {
  if (decision.candidates.length === 0) return '  no candidate';
  return textTable(
    [
      { title: '  DEPLOYMENT', cell: (row) => `  ${row.deployment}` },
      { title: 'VERDICT', cell: (row) => row.verdict },
      {
        title: 'WHY',
        cell: (row) =>
          row.reason ??
          (row.verdict === 'chosen' ? `first by ${decision.strategy}` : row.verdict === 'eligible' ? 'not needed' : ''),
      },
    ],
    decision.candidates,
  );
}

const attempts = (call: CallRecord): string =>
  call.public.attempts
    .map((attempt) => {
      const origin = legOrigin(attempt);
      const result = `${legResult(attempt)}${origin === '' ? '' : `, ${origin}`}`;
      const whose = attempt.fault === undefined ? '' : `, fault: ${attempt.fault}`;
      return `  after ${duration(attempt.started_ms)}: ${attempt.deployment}: ${result}${attempt.status === undefined ? '' : ` (HTTP ${attempt.status}${whose})`}`;
    })
    .join('\n');

function costs(alternatives: readonly Alternative[]): string {
  const amounts = alignMoney(
    alternatives.map((option) => option.cost),
    alternatives[0]?.currency ?? 'USD',
  );
  const rows = alternatives.map((option, index) => ({ ...option, money: amounts[index] ?? '' }));
  return textTable(
    [
      { title: '  DEPLOYMENT', cell: (row) => `  ${row.deployment}${row.served ? ' (served)' : ''}` },
      { title: 'SELLER', cell: (row) => row.seller },
      { title: 'PRICE LIST', cell: (row) => row.price_list ?? '-' },
      { title: 'COST', align: 'right', cell: (row) => row.money },
      ...(rows.some(({ invoiced }) => invoiced !== null) ? [INVOICED] : []),
      { title: 'DIFFERENCE', align: 'right', cell: (row) => difference(row) },
      { title: 'NOTES', cell: (row) => row.notes.join('; ') },
    ],
    rows,
  );
}

const INVOICED: Column<Alternative> = {
  title: 'ON ITS INVOICE',
  align: 'right',
  cell: ({ invoiced }) => (invoiced === null ? '' : `${invoiced.quantity} ${invoiced.unit}`),
};

function difference(row: Alternative): string {
  if (row.served || row.difference === null) return '';
  const amount = moneyFromDecimal(row.difference);
  return amount === 0n ? 'the same' : `${amount > 0n ? '+' : ''}${formatMoney(amount, row.currency)}`;
}
