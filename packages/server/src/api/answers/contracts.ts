// Contracts, what they oblige to, and what is drawn of them.
import {
  checkContract,
  contractExamples,
  diffContracts,
  questionnaire,
  questionnaireText,
  readingOf,
  startOf,
} from '@weighbridge/ledger';
import { DAY_MS, type ControlAnswer, type ControlAsked } from '@weighbridge/protocol';
import { commitments, drawn, type CommitmentPorts } from '../../deal/commitments.ts';
import type { ContractStore, HeldContract } from '../../deal/contract-store.ts';
import { contractsAt, lastOf, savedOf } from '../../deal/contracts.ts';
import type { Asked, ControlPorts } from '../ports.ts';

const VERSIONS_MOST = 50;

type Ports = Pick<ControlPorts, 'deal' | 'clock'>;

const dayOf = ({ clock }: Ports, day: string | undefined): number =>
  day === undefined ? Math.floor(clock.wall() / DAY_MS) * DAY_MS : startOf(day);

export const contractsAnswer = (ports: Ports, { at }: ControlAsked<'contracts'>): ControlAnswer<'contracts'> =>
  contractsAt(ports.deal.contracts, dayOf(ports, at));

export function contractAnswer(ports: Ports, { id, at }: ControlAsked<'contract'>): ControlAnswer<'contract'> {
  const { contracts } = ports.deal;
  const held = contracts.held(id);
  return {
    reading: readingOf(held.contract, dayOf(ports, at)),
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
      const { entry, at, digest, file, by } = version;
      const earlier = before === undefined ? undefined : contracts.reading(before);
      const later = contracts.reading(version);
      const changes = earlier === undefined || later === undefined ? null : [...diffContracts(earlier, later).changes];
      return { entry, at, digest, file, by, changes };
    });
}

export const contractExamplesAnswer = ({ clock }: Ports): ControlAnswer<'contractExamples'> => ({
  rows: [...contractExamples(clock.wall())],
});

export function checkContractAnswer(
  ports: Ports,
  { text, at }: ControlAsked<'checkContract'>,
): ControlAnswer<'checkContract'> {
  const { value, problems } = checkContract(text);
  const standing = value === undefined ? undefined : ports.deal.contracts.all().find(({ id }) => id === value.id);
  return {
    problems: problems.map(({ code: _code, ...problem }) => problem),
    reading: value === undefined ? null : readingOf(value, dayOf(ports, at)),
    replaces: standing === undefined ? null : replaced(standing),
  };
}

function replaced(held: HeldContract) {
  const { digest, entered } = lastOf(held);
  return { title: held.contract.title, digest, entered };
}

export async function saveContractAnswer(
  ports: Ports,
  asked: ControlAsked<'saveContract'>,
  { actor }: Asked,
): Promise<ControlAnswer<'saveContract'>> {
  return savedOf(await ports.deal.contracts.enter(asked, actor));
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
  projections: ports.projections,
  reckoner: ports.reckoner,
  rolesOf: rolesIn(ports),
  now: () => ports.clock.wall(),
});

export const commitmentsAnswer = (ports: ControlPorts, asked: ControlAsked<'commitments'>) =>
  commitments(commitmentPorts(ports), asked);

export const drawnAnswer = (ports: ControlPorts, asked: ControlAsked<'drawn'>) => drawn(commitmentPorts(ports), asked);
