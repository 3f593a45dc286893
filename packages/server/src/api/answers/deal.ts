// Claims, duties, the playbook, and the brief of all of it.
import type { ControlAnswer, ControlAsked } from '@weighbridge/protocol';
import { enterAnswers } from '../../deal/answers-as-claims.ts';
import { briefAt } from '../../deal/brief/brief.ts';
import { claimsAt, rowOf } from '../../deal/claims.ts';
import { dutiesAt, incidentView, openingOf, proofOf } from '../../deal/duties.ts';
import { playbookAt } from '../../deal/playbook.ts';
import { momentIn } from './moment.ts';
import type { Asked, ControlPorts } from '../ports.ts';

export const claimsAnswer = (ports: ControlPorts, { at: day }: ControlAsked<'claims'>): ControlAnswer<'claims'> => {
  const { at, known } = momentIn(ports, day);
  return claimsAt(known.claims, known.registers, at);
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

export function dutiesAnswer(ports: ControlPorts, { at: day }: ControlAsked<'duties'>): ControlAnswer<'duties'> {
  const { at, known, inForce } = momentIn(ports, day);
  return dutiesAt(known.reference(at), inForce()?.deployments ?? [], known.incidents.all(), at);
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
  { at: day }: ControlAsked<'playbook'>,
): Promise<ControlAnswer<'playbook'>> => {
  const { at, known, inForce } = momentIn(ports, day);
  return playbookAt({
    reference: known.reference(at),
    contracts: known.contracts.all(),
    claims: known.claims,
    attested: known.attestations.all(),
    snapshot: inForce(),
    projections: ports.projections,
    at,
    now: ports.clock.wall(),
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

export async function briefAnswer(ports: ControlPorts, input: ControlAsked<'brief'>): Promise<ControlAnswer<'brief'>> {
  const { known, inForce, rolesOf } = momentIn(ports, input.at);
  return briefAt(
    {
      desk: known,
      projections: ports.projections,
      reckoner: ports.reckoner,
      snapshot: inForce(),
      rolesOf,
      log: ports.stores.home.log,
      now: ports.clock.wall(),
    },
    input,
  );
}
