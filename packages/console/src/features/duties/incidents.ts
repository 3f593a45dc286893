// Incidents with their clocks: what is due when and what was missed, each step with its proof, and what may come next.
import type { Actor, Duties, IncidentView } from '@weighbridge/protocol';
import type { IncidentColumn } from '../../app/register-search.ts';
import type { Tone } from '../../parts/data-table/cell.ts';
import type { Column } from '../../parts/data-table/model.ts';
import { formatDuration } from '../../parts/duration/model.ts';
import type { Fact } from '../call/model.ts';
import { actorText } from '../settings/model.ts';
import { FAILURES, PROOF_KINDS, roleText, STATE_TONES, STEPS } from './words.ts';

type Deadline = IncidentView['deadlines'][number];

/** The first that is still to be taken; null where none runs. */
const nextOf = ({ deadlines }: IncidentView): Deadline | null => deadlines.find(({ taken }) => taken === null) ?? null;

/** `at`: the moment that is shown. A clock runs while nobody asks, so what is late is told by the page's own. */
export const incidentColumns = (at: number): readonly (Column<IncidentView> & { readonly key: IncidentColumn })[] => [
  { key: 'opened', title: 'Opened', unit: 'UTC', cell: ({ steps }) => ({ kind: 'when', at: steps[0]?.at ?? null }) },
  { key: 'title', title: 'Deployment', cell: ({ title }) => ({ kind: 'text', text: title }) },
  { key: 'failure', title: 'What failed', cell: ({ failure }) => ({ kind: 'text', text: FAILURES[failure] }) },
  {
    key: 'state',
    title: 'State',
    cell: ({ state }) => ({ kind: 'badge', text: STEPS[state].toLowerCase(), tone: STATE_TONES[state] }),
  },
  {
    key: 'next',
    title: 'Next',
    cell: (row) => {
      const next = nextOf(row);
      if (next === null) return { kind: 'text', text: row.state === 'closed' ? 'nothing' : 'no clock runs' };
      const what = STEPS[next.step].toLowerCase();
      const late = isLate(next, at);
      return { kind: 'badge', text: late ? `${what}: late` : what, tone: late ? 'bad' : 'quiet' };
    },
  },
  { key: 'due', title: 'Due', unit: 'UTC', cell: (row) => ({ kind: 'when', at: nextOf(row)?.due ?? null }) },
  { key: 'owner', title: 'Leads', cell: ({ duty }) => ({ kind: 'text', text: duty.owner }) },
  { key: 'answers', title: 'Has to answer', cell: (row) => ({ kind: 'text', text: answersText(row) }) },
  { key: 'id', title: 'Id', cell: ({ id }) => ({ kind: 'text', text: id, mono: true }) },
];

function answersText({ duty: { counterparty }, counterparties }: IncidentView): string {
  if (counterparty === null) return 'nobody but ourselves';
  return counterparties.length === 0 ? `nobody says (${roleText(counterparty)})` : counterparties.join(', ');
}

export interface DeadlineText {
  readonly key: string;
  readonly step: string;
  readonly due: number;
  readonly says: string;
  readonly tone: Tone;
}

export interface StepText {
  readonly key: string;
  readonly step: string;
  readonly at: number;
  readonly by: string;
  readonly proof: string;
  readonly sha256: string | null;
  readonly entry: string;
}

export interface IncidentPanel {
  readonly title: string;
  readonly state: { readonly text: string; readonly tone: Tone };
  readonly serious: boolean;
  readonly facts: readonly Fact[];
  readonly deadlines: readonly DeadlineText[];
  readonly steps: readonly StepText[];
}

export const incidentPanel = (row: IncidentView, at: number): IncidentPanel => ({
  title: `${FAILURES[row.failure]}: ${row.title}`,
  state: { text: STEPS[row.state].toLowerCase(), tone: STATE_TONES[row.state] },
  serious: row.serious,
  facts: [
    { name: 'Incident', value: row.id, mono: true },
    { name: 'Deployment', value: row.deployment, mono: true },
    { name: 'Leads here', value: row.duty.owner },
    { name: 'Has to answer', value: answersText(row) },
    { name: 'Clause', value: row.duty.clause },
    { name: 'Contact', value: row.duty.contact },
    ...(row.note === null ? [] : [{ name: 'Note', value: row.note }]),
  ],
  deadlines: row.deadlines.map((deadline) => ({
    key: deadline.step,
    step: STEPS[deadline.step],
    due: deadline.due,
    ...deadlineState(deadline, at),
  })),
  steps: row.steps.map(({ step, at: taken, by, proof, entry }) => ({
    key: entry,
    step: STEPS[step],
    at: taken,
    by: byText(by),
    proof: `${PROOF_KINDS[proof.kind]}: ${proof.ref}`,
    sha256: proof.sha256 ?? null,
    entry,
  })),
});

const isLate = ({ due, taken }: Deadline, at: number): boolean => (taken ?? at) > due;

function deadlineState(deadline: Deadline, at: number): Pick<DeadlineText, 'says' | 'tone'> {
  const { due, taken } = deadline;
  const late = isLate(deadline, at);
  if (taken === null) return late ? { says: 'missed', tone: 'bad' } : { says: 'runs', tone: 'note' };
  if (!late) return { says: 'taken in time', tone: 'good' };
  return { says: `taken ${formatDuration(taken - due)} late`, tone: 'bad' };
}

const VIAS: readonly Actor['via'][] = ['instance', 'file', 'signal', 'socket', 'command', 'console'];

/** The log keeps who took a step as a word and a session. */
function byText(by: string): string {
  const [word, session] = by.split(' ');
  const via = VIAS.find((one) => one === word);
  return via === undefined ? by : actorText({ via, ...(session === undefined ? {} : { session }) });
}

export interface OverdueText {
  readonly key: string;
  readonly what: string;
  readonly due: number;
  readonly late: string;
  readonly owner: string;
  readonly incident: string | null;
}

/** Steps that nobody took in time, and reviews that were missed; the longest overdue first. */
export function overdueTexts(
  { incidents, overdue }: Pick<Duties, 'incidents' | 'overdue'>,
  at: number,
): readonly OverdueText[] {
  const steps = incidents.flatMap((row) =>
    row.deadlines
      .filter((deadline) => deadline.taken === null && isLate(deadline, at))
      .map(({ step, due }) => ({
        key: `${row.id} ${step}`,
        what: `${STEPS[step]}: ${FAILURES[row.failure].toLowerCase()}, ${row.title}`,
        due,
        owner: row.duty.owner,
        incident: row.id,
      })),
  );
  const reviews = overdue
    .filter(({ kind }) => kind === 'review')
    .map(({ id, what, due, owner }) => ({ key: id, what: `Review: ${what}`, due, owner, incident: null }));
  return [...steps, ...reviews]
    .toSorted((a, b) => a.due - b.due)
    .map((row) => ({ ...row, late: formatDuration(at - row.due) }));
}
