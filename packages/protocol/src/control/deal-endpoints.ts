// The endpoints of the deal: contracts, commitments, claims, duties, the playbook, the register, the brief. A part of the one
// table in `endpoints.ts`, in a file of its own so that both can be read.
import { changed, endpoint, TABLES } from './endpoint.ts';
import { nothing } from './session.ts';
import { commitmentsInput, commitmentsSchema, drawnInput, drawnSchema } from '../deal/commitments.ts';
import {
  checkContractInput,
  checkedContractSchema,
  contractExamplesSchema,
  contractInput,
  contractSchema,
  contractsInput,
  contractsSchema,
  questionnaireInput,
  questionnaireSchema,
  removeContractInput,
  removedContractSchema,
  saveContractInput,
  savedContractSchema,
} from '../deal/contracts.ts';
import {
  addEvidenceInput,
  claimChangedSchema,
  claimsInput,
  claimsSchema,
  enterAnswersInput,
  enteredAnswersSchema,
  stateClaimsSchema,
} from '../deal/claims.ts';
import { briefInput, briefSchema } from '../deal/brief.ts';
import { dutiesInput, dutiesSchema, incidentSchema, openIncidentInput, stepIncidentInput } from '../deal/duties.ts';
import { attestedSchema, attestInput, playbookInput, playbookSchema } from '../deal/playbook.ts';
import {
  checkedRegisterSchema,
  checkRegisterInput,
  registerInput,
  registerSchema,
  removedRegisterSchema,
  savedRegisterSchema,
  saveRegisterInput,
} from '../deal/register.ts';

export const DEAL = {
  contracts: endpoint('Contracts that stand, with what each obliges to next', contractsInput, contractsSchema),
  contract: endpoint(
    'A contract: what it obliges to, what is missing in it, its versions',
    contractInput,
    contractSchema,
    {
      errors: ['CONTRACT_UNKNOWN', 'CONTRACT_UNREADABLE'],
    },
  ),
  contractExamples: endpoint('Contracts to begin with', nothing, contractExamplesSchema),
  checkContract: endpoint('Reads a contract without keeping it', checkContractInput, checkedContractSchema),
  saveContract: endpoint('Enters a contract, or a new version of one', saveContractInput, savedContractSchema, {
    errors: [...changed, 'DEAL_INVALID', 'CONTRACT_CHANGED'],
    changes: true,
  }),
  removeContract: endpoint(
    'Takes a contract out; its versions stay in the log',
    removeContractInput,
    removedContractSchema,
    {
      errors: [...changed, 'CONTRACT_UNKNOWN'],
      changes: true,
    },
  ),
  questionnaire: endpoint('What a contract leaves open, to ask the seller', questionnaireInput, questionnaireSchema, {
    errors: ['CONTRACT_UNKNOWN', 'CONTRACT_UNREADABLE'],
  }),
  commitments: endpoint(
    'What is drawn of commitments and credits, and what is to be expected',
    commitmentsInput,
    commitmentsSchema,
    {
      errors: ['DATABASE_UNAVAILABLE', 'QUERY_TIMEOUT'],
    },
  ),
  drawn: endpoint('What drew a tranche: by day and deployment, with the calls behind it', drawnInput, drawnSchema, {
    errors: [...TABLES, 'CONTRACT_UNKNOWN', 'CONTRACT_UNREADABLE'],
  }),
  claims: endpoint(
    'Claims with their states and evidence, and whether the headlines fit together',
    claimsInput,
    claimsSchema,
  ),
  addEvidence: endpoint(
    'Brings evidence to a claim, and states what it then is',
    addEvidenceInput,
    claimChangedSchema,
    {
      errors: [...changed, 'CLAIM_UNKNOWN'],
      changes: true,
    },
  ),
  enterAnswers: endpoint(
    'Enters the answers to a questionnaire, each as a claim',
    enterAnswersInput,
    enteredAnswersSchema,
    {
      errors: [...changed, 'CONTRACT_UNKNOWN', 'CONTRACT_UNREADABLE'],
      changes: true,
    },
  ),
  stateClaims: endpoint('States in the log what each claim is now', nothing, stateClaimsSchema, {
    errors: changed,
    changes: true,
  }),
  duties: endpoint('Who answers for what, incidents and their clocks, matters to watch', dutiesInput, dutiesSchema),
  openIncident: endpoint(
    'Opens an incident: the map says who leads, who answers, and by when',
    openIncidentInput,
    incidentSchema,
    {
      errors: changed,
      changes: true,
    },
  ),
  stepIncident: endpoint('Takes an incident a step further, with its proof', stepIncidentInput, incidentSchema, {
    errors: [...changed, 'INCIDENT_UNKNOWN'],
    changes: true,
  }),
  playbook: endpoint('The playbook, graded by what is known now', playbookInput, playbookSchema, {
    errors: ['QUERY_TIMEOUT'],
  }),
  attest: endpoint('Attests a fact of the playbook, with what shows it', attestInput, attestedSchema, {
    errors: changed,
    changes: true,
  }),
  register: endpoint(
    'Parties and what links them, and the versions of the own register',
    registerInput,
    registerSchema,
  ),
  checkRegister: endpoint('Reads a register without keeping it', checkRegisterInput, checkedRegisterSchema),
  saveRegister: endpoint(
    'Enters the own register, or a new version of it: it is laid over the one that ships',
    saveRegisterInput,
    savedRegisterSchema,
    { errors: [...changed, 'DEAL_INVALID', 'REGISTER_CHANGED'], changes: true },
  ),
  removeRegister: endpoint('Takes the own register out; its versions stay in the log', nothing, removedRegisterSchema, {
    errors: changed,
    changes: true,
  }),
  brief: endpoint('The deal on one sheet', briefInput, briefSchema, { errors: ['QUERY_TIMEOUT'] }),
} as const;
