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
import type { ContractStore, HeldContract } from '../../deal/contract-store.ts';
import { contractsAt, lastOf, savedOf, type LogName } from '../../deal/contracts.ts';
import { receiptsKnown } from '../../deal/receipts-known.ts';
import type { Asked, ControlPorts } from '../ports.ts';

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

function receiptsOf(ports: ReceiptPorts, at: number): Promise<KnownReceipts> {
  const { projections, administration, clock } = ports;
  const { digest, deployments } = administration.snapshot();
  const [name, now] = [`${digest} ${at}`, clock.wall()];
  const held = remembered.get(projections);
  if (held !== undefined && held.name === name && held.until > now) return held.known;
  const { register } = ports.deal.reference(now);
  const known = receiptsKnown({ register, projections, deployments, rolesOf: rolesIn(ports) }, at, now);
  remembered.set(projections, { name, until: now + KNOWN_FOR_MS, known });
  known.catch(() => remembered.delete(projections));
  return known;
}

export async function contractsAnswer(
  ports: ReceiptPorts,
  { at: day, status }: ControlAsked<'contracts'>,
): Promise<ControlAnswer<'contracts'>> {
  const at = dayOf(ports, day);
  return contractsAt(ports.deal.contracts, { at, status }, await receiptsOf(ports, at));
}

export async function contractAnswer(
  ports: ReceiptPorts,
  { id, at: day }: ControlAsked<'contract'>,
): Promise<ControlAnswer<'contract'>> {
  const { contracts } = ports.deal;
  const held = contracts.held(id);
  const at = dayOf(ports, day);
  return {
    reading: readingOf(held.contract, at, await receiptsOf(ports, at)),
    text: held.text,
    ...lastOf(held),
    versions: versionsOf(contracts, held),
    older: Math.max(0, held.versions.length - VERSIONS_MOST),
  };
}

/** Newest first, each against the one before it. */
function versionsOf(contracts: ContractStore, { versions }: HeldContract): ControlAnswer<'contract'>['versions'] {
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
  const { value, problems } = checkContract(text);
  const standing = value === undefined ? undefined : ports.deal.contracts.standing(value.id);
  return {
    problems: toldProblems(problems),
    reading: value === undefined ? null : readingOf(value, at, await receiptsOf(ports, at)),
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
  return savedOf(entered, await receiptsOf(ports, dayOf(ports, undefined)), logName(ports));
}

export function questionnaireAnswer(
  { deal }: Ports,
  { id }: ControlAsked<'questionnaire'>,
): ControlAnswer<'questionnaire'> {
  const contract = id === undefined ? undefined : deal.contracts.held(id).contract;
  const title = contract?.title ?? 'before there is an offer';
  const questions = questionnaire(contract);
  return { title, questions: [...questions], page: questionnaireText(questions, title) };
}

/** Who is who in a deployment, by the configuration in force, else by the newest that named it. */
export const rolesIn =
  ({ deal, administration }: Pick<ControlPorts, 'deal' | 'administration'>): CommitmentPorts['rolesOf'] =>
  (deployment) =>
    administration.snapshot().deployments.find(({ id }) => id === deployment)?.roles ?? deal.rolesInHistory(deployment);

const commitmentPorts = (ports: ControlPorts): CommitmentPorts => ({
  contracts: ports.deal.contracts,
  succeeds: () => ports.deal.succeeds(),
  projections: ports.projections,
  reckoner: ports.reckoner,
  rolesOf: rolesIn(ports),
  meteredSince: () => ports.deal.meteredSince(),
  reference: (at) => ports.deal.reference(at),
  now: () => ports.clock.wall(),
});

export const commitmentsAnswer = (ports: ControlPorts, asked: ControlAsked<'commitments'>) =>
  commitments(commitmentPorts(ports), asked);

export const drawnAnswer = (ports: ControlPorts, asked: ControlAsked<'drawn'>) => drawn(commitmentPorts(ports), asked);
