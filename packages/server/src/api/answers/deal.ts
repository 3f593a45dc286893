// Claims, duties, the playbook, and the brief of all of it.
import { startOf } from '@weighbridge/ledger';
import { DAY_MS, type ControlAnswer, type ControlAsked } from '@weighbridge/protocol';
import { enterAnswers } from '../../deal/answers-as-claims.ts';
import { briefAt } from '../../deal/brief/brief.ts';
import { claimsAt, rowOf } from '../../deal/claims.ts';
import { dutiesAt, incidentView, openingOf, proofOf } from '../../deal/duties.ts';
import { playbookAt } from '../../deal/playbook.ts';
import { rolesIn } from './contracts.ts';
import type { Asked, ControlPorts } from '../ports.ts';

/** Now, or the last moment of the day that was asked for. */
export const momentOf = ({ clock }: Pick<ControlPorts, 'clock'>, day: string | undefined): number =>
  day === undefined ? clock.wall() : startOf(day) + DAY_MS - 1;

export const claimsAnswer = (ports: ControlPorts, { at }: ControlAsked<'claims'>): ControlAnswer<'claims'> => {
  const moment = momentOf(ports, at);
  return claimsAt(ports.deal.claims, ports.deal.registers, moment);
};

export async function addEvidenceAnswer(
  ports: ControlPorts,
  { claim, ...evidence }: ControlAsked<'addEvidence'>,
  { actor }: Asked,
): Promise<ControlAnswer<'addEvidence'>> {
  const held = await ports.deal.claims.add(claim, evidence, actor);
  return rowOf(held, ports.deal.registers, ports.clock.wall());
}

export const enterAnswersAnswer = (
  { deal }: ControlPorts,
  { contract, ...given }: ControlAsked<'enterAnswers'>,
  { actor }: Asked,
): Promise<ControlAnswer<'enterAnswers'>> =>
  enterAnswers(deal.claims, deal.contracts.held(contract).contract, given, actor);

export const stateClaimsAnswer = async (
  { deal }: ControlPorts,
  { actor }: Asked,
): Promise<ControlAnswer<'stateClaims'>> => ({ stated: [...(await deal.claims.state(actor, 'all'))] });

export function dutiesAnswer(ports: ControlPorts, { at }: ControlAsked<'duties'>): ControlAnswer<'duties'> {
  const { deal, administration } = ports;
  const moment = momentOf(ports, at);
  return dutiesAt(deal.reference(moment), administration.snapshot().deployments, deal.incidents.all(), moment);
}

export async function openIncidentAnswer(
  { deal, administration, clock }: ControlPorts,
  asked: ControlAsked<'openIncident'>,
  { actor }: Asked,
): Promise<ControlAnswer<'openIncident'>> {
  const known = deal.reference(clock.wall());
  const opening = openingOf(known, administration.snapshot().deployments, asked);
  return incidentView(await deal.incidents.open(opening, actor), known.duties, clock.wall());
}

export async function stepIncidentAnswer(
  { deal, clock }: ControlPorts,
  { id, step, proof }: ControlAsked<'stepIncident'>,
  { actor }: Asked,
): Promise<ControlAnswer<'stepIncident'>> {
  const held = await deal.incidents.step(id, step, proofOf(proof), actor);
  return incidentView(held, deal.reference(clock.wall()).duties, clock.wall());
}

export const playbookAnswer = (
  ports: ControlPorts,
  { at }: ControlAsked<'playbook'>,
): Promise<ControlAnswer<'playbook'>> => {
  const moment = momentOf(ports, at);
  return playbookAt({
    reference: ports.deal.reference(moment),
    contracts: ports.deal.contracts.all(),
    claims: ports.deal.claims,
    attested: ports.deal.attestations.all(),
    snapshot: ports.administration.snapshot(),
    projections: ports.projections,
    at: moment,
  });
};

export const attestAnswer = async (
  { deal }: ControlPorts,
  asked: ControlAsked<'attest'>,
  { actor }: Asked,
): Promise<ControlAnswer<'attest'>> => ({
  fact: asked.fact,
  changed: await deal.attestations.attest(asked, actor),
});

export const briefAnswer = (ports: ControlPorts, input: ControlAsked<'brief'>): Promise<ControlAnswer<'brief'>> =>
  briefAt(
    {
      desk: ports.deal,
      projections: ports.projections,
      reckoner: ports.reckoner,
      snapshot: ports.administration.snapshot(),
      rolesOf: rolesIn(ports),
      log: ports.stores.home.log,
      now: ports.clock.wall(),
    },
    input,
  );
