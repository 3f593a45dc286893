// `deal duties`, `deal incident`, `deal playbook`, `deal attest`: who answers for what, what is overdue, what is left to do.
import { AppError } from '@weighbridge/kernel';
import type { ControlInput, Duties, IncidentView, PlaybookView } from '@weighbridge/protocol';
import { dealAtRest } from '@weighbridge/server';
import { flag, text, type Context, type Run } from '../frame/command.ts';
import { counted, pairs, textTable } from '../frame/text-table.ts';
import { asked, asOf } from '../read/as-of.ts';
import { instanceClient, readDesk } from '../read/deal-desk.ts';

const HOUR_MS = 3_600_000;

export const duties: Run = async (context) => {
  const day = asked(context);
  const found = await dutiesOf(context, day);
  const wanted = text(context, 'deployment');
  context.out.data(found, () => asOf(day, wanted === undefined ? overview(found) : ofDeployment(found, wanted)));
};

async function dutiesOf(context: Context, day: { readonly at?: string }): Promise<Duties> {
  const instance = instanceClient(context);
  if (instance !== undefined) return instance.ask('duties', day);
  return readDesk(context, (desk) => dealAtRest(desk, Date.now()).duties(day.at));
}

function overview({ deployments, incidents, overdue, watch, at }: Duties): string {
  const parts = [
    `Deployments\n${textTable(
      [
        { title: '  DEPLOYMENT', cell: ({ id }) => `  ${id}` },
        { title: 'WHAT', cell: ({ title }) => title },
        { title: 'KIND', cell: ({ kind }) => kind.replaceAll('_', ' ') },
        { title: 'FROM', cell: ({ from }) => from },
      ],
      deployments,
    )}`,
    incidents.length === 0
      ? 'No incidents.'
      : `Incidents, newest first\n${incidents.map((one) => `  ${incidentLine(one)}`).join('\n')}`,
    overdue.length === 0
      ? 'Nothing is overdue.'
      : `Overdue\n${overdue
          .map(
            ({ what, owner, late_ms: late }) =>
              `  ${what}: ${counted(Math.floor(late / HOUR_MS), 'hour')} late (${owner})`,
          )
          .join('\n')}`,
    `To watch, by the next review\n${textTable(
      [
        { title: '  REVIEW', cell: ({ next_review: day, overdue: late }) => `  ${day}${late ? ', overdue' : ''}` },
        { title: 'AREA', cell: ({ area }) => area.replaceAll('_', ' ') },
        { title: 'MATTER', cell: ({ title, from }) => `${title}${from === 'own' ? ' (own)' : ''}` },
        {
          title: 'DATE',
          cell: ({ date, date_is: sure }) =>
            date === null ? 'not stated' : `${date}${sure === 'confirmed' ? '' : ', to be confirmed'}`,
        },
        { title: 'WHOM', cell: ({ parties }) => parties.join(', ') },
      ],
      watch,
    )}`,
    `As of ${new Date(at).toISOString().slice(0, 16)}Z. Not legal advice.`,
  ];
  return parts.join('\n\n');
}

function ofDeployment({ deployments, kinds }: Duties, wanted: string): string {
  const found = deployments.find(({ id }) => id === wanted);
  if (found === undefined)
    throw new AppError('BAD_REQUEST', `there is no deployment "${wanted.slice(0, 120)}"`, {
      next: 'see `weighbridge deal duties` for their names',
    });
  const kind = kinds.find((one) => one.kind === found.kind);
  const roles = pairs(
    found.roles.map(({ role, party, known_by: by }) => [role.replaceAll('_', ' '), `${party ?? 'not known'} (${by})`]),
  );
  if (kind === undefined) return `${found.title}\n\n${roles}\n\nNothing says which way of getting a model this is.`;
  const holders = (role: string | null): string =>
    role === null
      ? 'nobody but ourselves'
      : `${role.replaceAll('_', ' ')}: ${found.roles.flatMap((one) => (one.role === role ? [one.party ?? 'not known'] : [])).join(', ') || 'not known'}`;
  const table = textTable(
    [
      {
        title: '  WHEN THIS FAILS',
        cell: ({ failure, from }) => `  ${failure.replaceAll('_', ' ')}${from === 'own' ? ' (own)' : ''}`,
      },
      { title: 'LEADS', cell: ({ owner }) => owner },
      {
        title: 'HAS TO ANSWER',
        cell: ({ counterparty, party }) =>
          party === null || counterparty === null
            ? holders(counterparty)
            : `${counterparty.replaceAll('_', ' ')}: ${party}`,
      },
      { title: 'BY THE CLAUSE', cell: ({ clause }) => clause },
      {
        title: 'HOURS (SEEN, TOLD, SOLVED)',
        cell: ({ clock }) => `${clock.acknowledge_h}, ${clock.notify_h}, ${clock.resolve_h}`,
      },
    ],
    kind.duties,
  );
  return `${found.title} (${kind.kind.replaceAll('_', ' ')}, ${kind.service_model})\n\n${roles}\n\n${table}`;
}

const incidentLine = ({ id, failure, deployment, state, deadlines }: IncidentView): string => {
  const next = deadlines.find(({ taken }) => taken === null);
  const due =
    next === undefined
      ? ''
      : `; ${next.step.replaceAll('_', ' ')} due ${new Date(next.due).toISOString().slice(0, 16)}Z${next.missed ? ', missed' : ''}`;
  return `${id}  ${failure.replaceAll('_', ' ')} of ${deployment}: ${state.replaceAll('_', ' ')}${due}`;
};

/** Of a running instance alone: it knows the deployments. */
function requireClient(context: Context) {
  const instance = instanceClient(context);
  if (instance !== undefined) return instance;
  throw new AppError('SERVER_NOT_RUNNING', 'no instance runs: incidents are opened where the deployments are known');
}

export const incident: Run = async (context) => {
  const [action, what = '', which = ''] = context.arguments;
  const client = requireClient(context);
  const proof = proofOf(context);
  const note = text(context, 'note');
  const told =
    action === 'open'
      ? await client.ask('openIncident', {
          deployment: what,
          failure: which as ControlInput<'openIncident'>['failure'],
          serious: flag(context, 'serious'),
          proof,
          ...(note === undefined ? {} : { note }),
        })
      : await client.ask('stepIncident', { id: what, step: which as ControlInput<'stepIncident'>['step'], proof });
  context.out.data(told, () => incidentText(told));
};

/** Throws USAGE: what happened, or is so, has to be shown by something. */
function shownBy(context: Context): string {
  const given = text(context, 'proof')?.trim() ?? '';
  if (given !== '') return given;
  throw new AppError('USAGE', 'what shows it is not named', {
    next: 'add --proof ticket:NUMBER, message:ID, receipt:ID, tlog_proof:ID or document:NAME',
  });
}

function proofOf(context: Context): ControlInput<'openIncident'>['proof'] {
  const given = shownBy(context);
  const [, kind = 'document', ref = given] = /^(tlog_proof|receipt|message|ticket|document):(.+)$/.exec(given) ?? [];
  return { kind: kind as ControlInput<'openIncident'>['proof']['kind'], ref };
}

const incidentText = (one: IncidentView): string =>
  [
    incidentLine(one),
    `  leads: ${one.duty.owner}; has to answer: ${one.counterparties.join(', ') || (one.duty.counterparty === null ? 'nobody but ourselves' : 'not known')}; write to: ${one.duty.contact}`,
    `  by the clause: ${one.duty.clause}`,
    one.may.length === 0
      ? '  nothing follows'
      : `  next: ${one.may.map((step) => step.replaceAll('_', ' ')).join(' or ')}`,
  ].join('\n');

export const playbook: Run = async (context) => {
  const day = asked(context);
  const instance = instanceClient(context);
  const found =
    instance === undefined
      ? await readDesk(context, (desk) => dealAtRest(desk, Date.now()).playbook(day.at))
      : await instance.ask('playbook', day);
  context.out.data(found, () => asOf(day, playbookText(found)));
};

const GROUP_TITLES: Readonly<Record<PlaybookView['groups'][number]['group'], string>> = {
  months_0_6: 'Months 0 to 6',
  months_6_18: 'Months 6 to 18',
  months_18_on: 'Month 18 and later',
  procurement: 'Procurement checklist',
};

const percent = (share: { low: number; high: number } | null): string =>
  share === null
    ? '-'
    : `${Math.floor(share.low / 10)} % shown${share.high === share.low ? '' : `, at most ${Math.floor(share.high / 10)} %`}`;

function playbookText({ items, groups, all }: PlaybookView): string {
  const parts = groups.map(({ group, done_permille: share, done, total }) => {
    const own = items.filter((item) => item.group === group);
    const lines = own.map(({ grade, from, text: what, reason, next, who }) => {
      const after = next === null ? '' : `\n      next: ${next} (${who})`;
      return `  ${grade.padEnd(11)} ${what}${from === 'own' ? ' (own)' : ''}\n      ${reason}${after}`;
    });
    return `${GROUP_TITLES[group]}: ${done} of ${total} done (${percent(share)})\n${lines.join('\n')}`;
  });
  return [
    ...parts,
    `All: ${all.done} of ${all.total} done, ${all.partly} partly, ${all.open} open, ${all.cannot_tell} nobody can tell (${percent(all.done_permille)})`,
  ].join('\n\n');
}

export const attest: Run = async (context) => {
  const [fact = '', given = ''] = context.arguments;
  const said = { fact, value: valueOf(given), proof: shownBy(context) };
  const told = await requireClient(context).ask('attest', said);
  context.out.data(told, () => (told.changed ? `Attested: ${fact} is ${given}.` : `${fact} was attested so already.`));
};

/** `true`, `3`, `2026-11-30`, `a,b,` (a list ends with a comma), `unknown` to take it back. */
function valueOf(given: string): ControlInput<'attest'>['value'] {
  if (given === 'unknown') return null;
  if (given === 'true' || given === 'false') return given === 'true';
  if (/^\d{1,9}$/.test(given)) return Number(given);
  if (given.includes(','))
    return given
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== '');
  return given;
}
