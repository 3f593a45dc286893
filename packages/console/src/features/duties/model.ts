// Who answers for what: for each deployment its roles with their holders, and for each failure who leads here, who has to answer
// there, by which clause, and by when. What nobody says is said to be so.
import type { Duties, DutyRow } from '@weighbridge/protocol';
import { prepareCount } from '../../parts/count/model.ts';
import type { Tone } from '../../parts/data-table/cell.ts';
import type { Fact } from '../call/model.ts';
import { momentNote } from '../moment.ts';
import { overdueTexts } from './incidents.ts';
import { basisText, FAILURES, hoursText, kindText, KNOWN_BY, roleText, type Failure } from './words.ts';
import type { Headline } from '../headline.ts';

type Deployment = Duties['deployments'][number];

/** The moment that is shown: of now, that of the page's clock, since clocks run while nobody asks. */
export const momentOf = ({ at }: Pick<Duties, 'at'>, day: string, now: number): number => (day === '' ? now : at);

export function dutiesHeadline(duties: Duties, at: string, now: number): Headline {
  const { incidents, deployments, watch } = duties;
  const open = incidents.filter(({ state }) => state !== 'closed').length;
  const overdue = overdueTexts(duties, momentOf(duties, at, now));
  const late = overdue.filter(({ incident }) => incident !== null).length;
  const reviews = overdue.length - late;
  const own = deployments.filter(({ from }) => from === 'configuration').length;
  const [next] = watch;
  return {
    first: `${open === 0 ? 'No incident is open' : counted(open, 'incident is open', 'incidents are open')}; ${late === 0 ? 'no step is late' : counted(late, 'step is late', 'steps are late')}${reviews === 0 ? '' : `, and ${counted(reviews, 'review is overdue', 'reviews are overdue')}`}.`,
    second: [
      momentNote(at, now),
      `${counted(own, 'own deployment', 'own deployments')} and ${prepareCount(deployments.length - own).text} of the register have their map.`,
      next === undefined
        ? 'No matter is watched.'
        : `${counted(watch.length, 'matter of law is watched', 'matters of law are watched')}, the next review is on ${next.next_review}.`,
    ]
      .filter((text) => text !== null)
      .join(' '),
  };
}

export const counted = (count: number, one: string, many: string): string =>
  `${prepareCount(count).text} ${count === 1 ? one : many}`;

export interface DeploymentChoice {
  readonly group: string;
  readonly choices: readonly { readonly value: string; readonly title: string }[];
}

/** Own ones first; what is simulated says so. */
export function deploymentChoices({ deployments }: Duties): readonly DeploymentChoice[] {
  const of = (from: Deployment['from']): DeploymentChoice['choices'] =>
    deployments
      .filter((one) => one.from === from)
      .map(({ id, title, simulated }) => ({
        value: id,
        title: `${from === 'configuration' ? `${id}: ` : ''}${title}${simulated ? ' (simulated)' : ''}`,
      }));
  return [
    { group: 'Your deployments', choices: of('configuration') },
    { group: 'Of the register', choices: of('register') },
  ].filter(({ choices }) => choices.length > 0);
}

export interface RoleText {
  readonly key: string;
  readonly role: string;
  /** Null: nobody says. */
  readonly holder: string | null;
  readonly known: { readonly text: string; readonly tone: Tone };
  readonly note: string;
}

export interface DutyText {
  readonly failure: Failure;
  /** Written here; what comes with the product stands beside it. */
  readonly own: boolean;
  readonly title: string;
  readonly owner: string;
  readonly answers: { readonly text: string; readonly note: string; readonly known: boolean };
  readonly clause: string;
  readonly contact: string;
  readonly clock: string;
  readonly basis: string;
  readonly confirmed: boolean;
  readonly facts: readonly Fact[];
}

export interface MapText {
  readonly id: string;
  readonly title: string;
  readonly simulated: boolean;
  readonly kind: string;
  readonly roles: readonly RoleText[];
  readonly duties: readonly DutyText[];
}

/** Null where there is none. */
export function mapText({ deployments, kinds }: Duties, of: string): MapText | null {
  const deployment = deployments.find(({ id }) => id === of) ?? deployments[0];
  if (deployment === undefined) return null;
  const kind = kinds.find((one) => one.kind === deployment.kind);
  return {
    id: deployment.id,
    title: deployment.title,
    simulated: deployment.simulated,
    kind: `${kindText(deployment.kind)}${kind === undefined ? '' : `; ${kind.service_model}, ${kind.scope}`}`,
    roles: deployment.roles.map(({ role, party, known_by: known, note }, i) => ({
      key: `${role} ${i}`,
      role: roleText(role),
      holder: party,
      known:
        party === null ? { text: 'open question', tone: 'warn' } : (KNOWN_BY[known] ?? { text: known, tone: 'quiet' }),
      note: note ?? '',
    })),
    duties: (kind?.duties ?? []).map((duty) => dutyText(duty, deployment)),
  };
}

function dutyText(duty: DutyRow, deployment: Deployment): DutyText {
  const { failure, owner, clause, contact, clock } = duty;
  const answers = answersOf(duty, deployment);
  return {
    failure,
    own: duty.from === 'own',
    title: FAILURES[failure],
    owner,
    answers,
    clause,
    contact,
    clock: clockText(duty),
    basis: basisText(clock),
    confirmed: !clock.to_be_confirmed,
    facts: [
      { name: 'Leads here', value: owner },
      { name: 'Has to answer', value: answers.note === '' ? answers.text : `${answers.text} (${answers.note})` },
      { name: 'Clause', value: clause },
      { name: 'Contact', value: contact },
      ...clockFacts(duty),
      { name: 'Clock', value: basisText(clock) },
      ...(clock.note === null ? [] : [{ name: 'Note', value: clock.note }]),
      ...(duty.usual === null
        ? []
        : [
            { name: 'From', value: 'your own register' },
            { name: 'Weighbridge says', value: duty.usual },
          ]),
      ...duty.sources.map((value, i) => ({ name: i === 0 ? 'Source' : `Source ${i + 1}`, value })),
    ],
  };
}

/** Who holds the role that has to answer, in this deployment. */
function answersOf({ counterparty, party: named }: DutyRow, { roles }: Deployment): DutyText['answers'] {
  if (counterparty === null) return { text: 'nobody but ourselves', note: '', known: true };
  if (named !== null) return { text: named, note: roleText(counterparty), known: true };
  const holders = roles.flatMap(({ role, party }) => (role === counterparty && party !== null ? [party] : []));
  return {
    text: holders.length === 0 ? 'nobody says' : holders.join(', '),
    note: roleText(counterparty),
    known: holders.length > 0,
  };
}

const clockText = ({ counterparty, clock }: DutyRow): string =>
  [
    `acknowledge ${hoursText(clock.acknowledge_h)}`,
    ...(counterparty === null ? [] : [`they know ${hoursText(clock.notify_h)}`]),
    `resolve ${hoursText(clock.resolve_h)}`,
    ...(clock.inform_authority_h === null ? [] : [`authority, if serious, ${hoursText(clock.inform_authority_h)}`]),
  ].join(' · ');

const clockFacts = ({ counterparty, clock }: DutyRow): readonly Fact[] => [
  { name: 'Acknowledged', value: `within ${hoursText(clock.acknowledge_h)} of the opening` },
  ...(counterparty === null ? [] : [{ name: 'Counterparty notified', value: `within ${hoursText(clock.notify_h)}` }]),
  { name: 'Resolved', value: `within ${hoursText(clock.resolve_h)}` },
  { name: 'Closed', value: `within ${hoursText(clock.close_h)} of the resolution` },
  ...(clock.inform_authority_h === null
    ? []
    : [{ name: 'Authority informed', value: `within ${hoursText(clock.inform_authority_h)}, where it is serious` }]),
];

export const isFailure = (text: string): text is Failure => Object.hasOwn(FAILURES, text);
