// Contracts, what they oblige to, and what is drawn of them.
import { toldProblems } from '@weighbridge/document';
import {
  checkContract,
  contractExamples,
  diffContracts,
  questionnaire,
  questionnaireText,
  readingOf,
  startOf,
  type KnownReceipts,
} from '@weighbridge/ledger';
import { DAY_MS, type ControlAnswer, type ControlAsked } from '@weighbridge/protocol';
import { commitments, drawn, type CommitmentPorts } from '../../deal/commitments.ts';
import type { ContractsKnown, HeldContract } from '../../deal/contract-store.ts';
import { contractsAt, lastOf, savedOf, type LogName } from '../../deal/contracts.ts';
import { momentOf } from '../../deal/moment.ts';
import { receiptsKnown } from '../../deal/receipts-known.ts';
import type { Asked, ControlPorts } from '../ports.ts';
import { momentIn, type MomentInForce } from './moment.ts';

const VERSIONS_MOST = 50;

type Ports = Pick<ControlPorts, 'deal' | 'clock'>;

const dayOf = ({ clock }: Ports, day: string | undefined): number =>
  day === undefined ? Math.floor(clock.wall() / DAY_MS) * DAY_MS : startOf(day);

/** What receipts carry, asked once in a while: a contract is checked at each pause of whoever writes it. */
const KNOWN_FOR_MS = 10_000;
interface Remembered {
  readonly name: string;
  readonly until: number;
  readonly known: Promise<KnownReceipts>;
}
const remembered = new WeakMap<object, Remembered>();

type ReceiptPorts = Ports & Pick<ControlPorts, 'administration' | 'projections'>;

/** `at`: UTC midnight of the day from which days are counted. */
function receiptsOf(ports: ReceiptPorts, moment: MomentInForce, at: number): Promise<KnownReceipts> {
  const { projections, clock } = ports;
  const now = clock.wall();
  const inForce = moment.inForce();
  const name = `${inForce?.digest ?? 'none'} ${at} ${moment.past}`;
  const held = remembered.get(projections);
  if (held !== undefined && held.name === name && held.until > now) return held.known;
  const { register } = moment.known.reference(moment.at);
  const deployments = inForce?.deployments ?? [];
  const known = receiptsKnown({ register, projections, deployments, rolesOf: moment.rolesOf }, at, now);
  remembered.set(projections, { name, until: now + KNOWN_FOR_MS, known });
  known.catch(() => remembered.delete(projections));
  return known;
}

export async function contractsAnswer(
  ports: ReceiptPorts,
  { at: day, status }: ControlAsked<'contracts'>,
): Promise<ControlAnswer<'contracts'>> {
  const at = dayOf(ports, day);
  const moment = momentIn(ports, day);
  return contractsAt(moment.known.contracts, { at, status }, await receiptsOf(ports, moment, at));
}

export async function contractAnswer(
  ports: ReceiptPorts,
  { id, at: day }: ControlAsked<'contract'>,
): Promise<ControlAnswer<'contract'>> {
  const at = dayOf(ports, day);
  const moment = momentIn(ports, day);
  const { contracts } = moment.known;
  const held = contracts.held(id);
  return {
    reading: readingOf(held.contract, at, await receiptsOf(ports, moment, at)),
    text: held.text,
    ...lastOf(held),
    versions: versionsOf(contracts, held),
    older: Math.max(0, held.versions.length - VERSIONS_MOST),
  };
}

/** Newest first, each against the one before it. */
function versionsOf(contracts: ContractsKnown, { versions }: HeldContract): ControlAnswer<'contract'>['versions'] {
  return versions
    .map((version, index) => ({ version, before: versions[index - 1] }))
    .toReversed()
    .slice(0, VERSIONS_MOST)
    .map(({ version, before }) => {
      const { entry, at, digest, file, by, carried } = version;
      const earlier = before === undefined ? undefined : contracts.reading(before);
      const later = contracts.reading(version);
      const unreadable = 'why' in later ? later.why : null;
      const told = earlier === undefined || 'why' in earlier || 'why' in later;
      const changes = told ? null : [...diffContracts(earlier, later).changes];
      return { entry, at, digest, file, by, carried, unreadable, changes };
    });
}

export const contractExamplesAnswer = ({ clock }: Ports): ControlAnswer<'contractExamples'> => ({
  rows: [...contractExamples(clock.wall())],
});

export async function checkContractAnswer(
  ports: ReceiptPorts & Pick<ControlPorts, 'stores'>,
  { text, at: day }: ControlAsked<'checkContract'>,
): Promise<ControlAnswer<'checkContract'>> {
  const at = dayOf(ports, day);
  const alone = checkContract(text);
  const { contracts } = ports.deal;
  const { value, problems } = alone.value === undefined ? alone : checkContract(text, contracts.others(alone.value.id));
  const standing = value === undefined ? undefined : contracts.standing(value.id);
  return {
    problems: toldProblems(problems),
    reading: value === undefined ? null : readingOf(value, at, await receiptsOf(ports, momentIn(ports, undefined), at)),
    // Also where its text is gone: the new one takes its place.
    replaces: standing === undefined ? null : { title: standing.title, digest: standing.digest, entered: standing.at },
    into: logName(ports),
  };
}

export const logName = ({ stores: { home, journal } }: Pick<ControlPorts, 'stores'>): LogName => ({
  log: home.log,
  origin: journal.checkpoint().origin,
});

export async function saveContractAnswer(
  ports: ReceiptPorts & Pick<ControlPorts, 'stores'>,
  asked: ControlAsked<'saveContract'>,
  { actor }: Asked,
): Promise<ControlAnswer<'saveContract'>> {
  const entered = await ports.deal.contracts.enter(asked, actor);
  const known = await receiptsOf(ports, momentIn(ports, undefined), dayOf(ports, undefined));
  return savedOf(entered, known, logName(ports));
}

export function questionnaireAnswer(
  { deal, clock }: Ports,
  { id, at }: ControlAsked<'questionnaire'>,
): ControlAnswer<'questionnaire'> {
  const { known } = momentOf(deal, at, clock.wall());
  const contract = id === undefined ? undefined : known.contracts.held(id).contract;
  const title = contract?.title ?? 'before there is an offer';
  const questions = questionnaire(contract);
  return { title, questions: [...questions], page: questionnaireText(questions, title) };
}

function commitmentPorts(ports: ControlPorts, day: string | undefined): CommitmentPorts {
  const { known, rolesOf } = momentIn(ports, day);
  return {
    contracts: known.contracts,
    succeeds: () => known.succeeds(),
    projections: ports.projections,
    reckoner: ports.reckoner,
    rolesOf,
    meteredSince: () => known.meteredSince(),
    reference: (at) => known.reference(at),
    now: () => ports.clock.wall(),
  };
}

export const commitmentsAnswer = async (
  ports: ControlPorts,
  asked: ControlAsked<'commitments'>,
): Promise<ControlAnswer<'commitments'>> => commitments(commitmentPorts(ports, asked.at), asked);

export const drawnAnswer = async (ports: ControlPorts, asked: ControlAsked<'drawn'>): Promise<ControlAnswer<'drawn'>> =>
  drawn(commitmentPorts(ports, asked.at), asked);
