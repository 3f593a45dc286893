// Contracts, what they oblige to, and what is drawn of them.
import {
  checkContract,
  contractExamples,
  diffContracts,
  lintContract,
  questionnaire,
  questionnaireText,
  readingOf,
  summaryOf,
} from '@weighbridge/ledger';
import { DAY_MS, type ControlAnswer, type ControlAsked } from '@weighbridge/protocol';
import { commitments, drawn, type CommitmentPorts } from '../../deal/commitments.ts';
import type { ContractStore, ContractVersion, HeldContract } from '../../deal/contract-store.ts';
import type { Asked, ControlPorts } from '../ports.ts';

const VERSIONS_MOST = 50;

type Ports = Pick<ControlPorts, 'deal' | 'clock'>;

const dayOf = ({ clock }: Ports, day: string | undefined): number =>
  day === undefined ? Math.floor(clock.wall() / DAY_MS) * DAY_MS : Date.parse(`${day}T00:00:00Z`);

export function contractsAnswer(ports: Ports, { at: asked }: ControlAsked<'contracts'>): ControlAnswer<'contracts'> {
  const at = dayOf(ports, asked);
  const rows = ports.deal.contracts.all().map(({ contract, versions }) => ({
    ...summaryOf(contract, at),
    ...lastOf(versions),
    versions: versions.length,
  }));
  return { at: new Date(at).toISOString().slice(0, 10), rows };
}

const lastOf = (versions: readonly ContractVersion[]) => {
  const { digest = '', at = 0, by = { via: 'instance' as const } } = versions.at(-1) ?? {};
  return { digest, entered: at, by };
};

export function contractAnswer(ports: Ports, { id, at }: ControlAsked<'contract'>): ControlAnswer<'contract'> {
  const { contracts } = ports.deal;
  const held = contracts.held(id);
  return {
    reading: readingOf(held.contract, dayOf(ports, at)),
    text: held.text,
    ...lastOf(held.versions),
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
    .map(({ version: { entry, at, digest, file, by, ...version }, before }) => {
      const [earlier, later] = [
        before === undefined ? undefined : contracts.reading(before),
        contracts.reading({ entry, at, digest, file, by, ...version }),
      ];
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

function replaced({ contract, versions }: HeldContract) {
  const { digest, entered } = lastOf(versions);
  return { title: contract.title, digest, entered };
}

export async function saveContractAnswer(
  ports: Ports,
  asked: ControlAsked<'saveContract'>,
  { actor }: Asked,
): Promise<ControlAnswer<'saveContract'>> {
  const { held, changed } = await ports.deal.contracts.enter(asked, actor);
  return {
    id: held.id,
    digest: held.versions.at(-1)?.digest ?? '',
    changed,
    serious: lintContract(held.contract).filter(({ severity }) => severity === 'serious').length,
  };
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
