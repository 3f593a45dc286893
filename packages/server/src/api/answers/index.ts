// Every endpoint of the control API with what answers it. Inputs have passed their schemas when they come here.
import type { ControlAnswer, ControlAsked, ControlName } from '@weighbridge/protocol';
import type { Asked, ControlPorts } from '../ports.ts';
import { viewOfSession } from '../sessions.ts';
import { alertAnswers } from './alerts.ts';
import {
  configurationAnswer,
  configurationsAnswer,
  createKeyAnswer,
  keysAnswer,
  revokeKeyAnswer,
} from './administration.ts';
import { cacheAnswers } from './cache.ts';
import {
  checkContractAnswer,
  commitmentsAnswer,
  contractAnswer,
  contractExamplesAnswer,
  contractsAnswer,
  drawnAnswer,
  questionnaireAnswer,
  saveContractAnswer,
} from './contracts.ts';
import { capacityAnswer } from './capacity.ts';
import type { Exports } from './exports.ts';
import {
  addEvidenceAnswer,
  attestAnswer,
  briefAnswer,
  claimsAnswer,
  dutiesAnswer,
  enterAnswersAnswer,
  openIncidentAnswer,
  playbookAnswer,
  stateClaimsAnswer,
  stepIncidentAnswer,
} from './deal.ts';
import { coverageAnswers } from './coverage.ts';
import { findAnswer } from './find.ts';
import { fleetAnswers } from './fleet.ts';
import { entriesAnswer, journalAnswer } from './journal.ts';
import { laneAnswers } from './lanes.ts';
import { limitAnswers } from './limits.ts';
import { playgroundAnswer } from './playground.ts';
import { registerAnswers } from './register.ts';
import { receiptAnswer } from './receipt.ts';
import { createLinkAnswer, endSessionAnswer, openSessionAnswer, ownSession, sessionsAnswer } from './sessions.ts';
import { sampleAnswers } from './sample.ts';
import { simulatedAnswers } from './simulated.ts';
import { statusAnswer } from './status.ts';
import { windowAnswers } from './windows.ts';

export type Answers = {
  readonly [Name in ControlName]: (
    input: ControlAsked<Name>,
    asked: Asked,
  ) => ControlAnswer<Name> | Promise<ControlAnswer<Name>>;
};

export function createAnswers(ports: ControlPorts, exports: Exports): Answers {
  const { projections, views } = ports;
  const status = statusAnswer(ports);
  return {
    status,
    overview: (input, { signal }) => projections.ask('overview', input, signal),
    series: (input, { signal }) => projections.ask('series', input, signal),
    breakdown: (input, { signal }) => projections.ask('breakdown', input, signal),
    latency: (input, { signal }) => projections.ask('latency', input, signal),
    calls: (input, { signal }) => projections.ask('everyCall', input, signal),
    behind: (input, { signal }) => projections.ask('behind', input, signal),
    receipt: ({ id }) => receiptAnswer(ports, id),
    find: ({ text }) => findAnswer(ports, text),
    ...fleetAnswers(ports),
    capacity: () => capacityAnswer(ports),
    ...coverageAnswers(ports),
    ...windowAnswers(ports),
    ...laneAnswers(ports),
    ...limitAnswers(ports),
    ...cacheAnswers(ports),
    journal: (input) => journalAnswer(ports, input),
    entries: (input) => entriesAnswer(ports, input),
    keys: (input) => keysAnswer(ports, input),
    createKey: (input, asked) => createKeyAnswer(ports, input, asked),
    revokeKey: (input, asked) => revokeKeyAnswer(ports, input, asked),
    configuration: () => configurationAnswer(ports),
    configurations: (input) => configurationsAnswer(ports, input),
    ...alertAnswers(ports),
    playground: () => playgroundAnswer(ports),
    views: () => ({ rows: [...views.all()] }),
    saveView: ({ id, ...content }, { actor }) => views.save(id === undefined ? content : { ...content, id }, actor),
    removeView: ({ id }, { actor }) => views.remove(id, actor).then(() => ({ removed: true as const })),
    contracts: (input) => contractsAnswer(ports, input),
    contract: (input) => contractAnswer(ports, input),
    contractExamples: () => contractExamplesAnswer(ports),
    checkContract: (input) => checkContractAnswer(ports, input),
    saveContract: (input, asked) => saveContractAnswer(ports, input, asked),
    removeContract: async ({ id }, { actor }) => {
      await ports.deal.contracts.remove(id, actor);
      return { removed: true };
    },
    questionnaire: (input) => questionnaireAnswer(ports, input),
    commitments: (input) => commitmentsAnswer(ports, input),
    drawn: (input) => drawnAnswer(ports, input),
    claims: (input) => claimsAnswer(ports, input),
    addEvidence: (input, asked) => addEvidenceAnswer(ports, input, asked),
    enterAnswers: (input, asked) => enterAnswersAnswer(ports, input, asked),
    stateClaims: (_, asked) => stateClaimsAnswer(ports, asked),
    duties: (input) => dutiesAnswer(ports, input),
    openIncident: (input, asked) => openIncidentAnswer(ports, input, asked),
    stepIncident: (input, asked) => stepIncidentAnswer(ports, input, asked),
    playbook: (input) => playbookAnswer(ports, input),
    attest: (input, asked) => attestAnswer(ports, input, asked),
    ...registerAnswers(ports),
    brief: (input) => briefAnswer(ports, input),
    prepareExport: (input, asked) => exports.prepare(input, asked),
    openSession: ({ link }, asked) => openSessionAnswer(ports, link, asked),
    session: (_, asked) => viewOfSession(ownSession(asked), ownSession(asked).id),
    closeSession: (_, asked) => endSessionAnswer(ports, ownSession(asked).id, asked),
    sessions: (_, asked) => sessionsAnswer(ports, asked),
    endSession: ({ id }, asked) => endSessionAnswer(ports, id, asked),
    createLink: () => createLinkAnswer(ports),
    ...sampleAnswers(ports),
    ...simulatedAnswers(ports),
  };
}
