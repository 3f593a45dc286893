// A scenario file to a scenario, or to every fault in it with line, reason and mend (DEAL_INVALID). The text is handed in; no
// file is opened here.
import {
  checkDocument,
  readDocument,
  type CheckedDocument,
  type DocumentForm,
  type ProblemList,
} from '@weighbridge/document';
import { checkMeaning } from './meaning.ts';
import { scenarioSchema, type Scenario } from './scenario.ts';

const FORM: DocumentForm<Scenario> = {
  what: 'the scenario',
  code: 'DEAL_INVALID',
  next: 'correct the lines that the message names, then run `weighbridge deal scenario run FILE`',
  schema: scenarioSchema,
  meaning: checkMeaning,
};

/** What whoever runs the scenario has to say of it, beside what every reader says. */
export type Further = (scenario: Scenario, problems: ProblemList) => void;

/** Throws `DEAL_INVALID`. `file`: its name in messages. */
export function readScenario(file: string, text: string, further?: Further): Scenario {
  const shipped = Object.hasOwn(SCENARIO_FILES, file) ? { shipped: `scenario-${file}` } : {};
  return readDocument(file, text, { ...formWith(further), ...shipped });
}

export const checkScenario = (text: string, further?: Further): CheckedDocument<Scenario> =>
  checkDocument(text, formWith(further));

const formWith = (further: Further | undefined): DocumentForm<Scenario> =>
  further === undefined
    ? FORM
    : {
        ...FORM,
        // That command asks for less.
        next: 'correct the lines that the message names, then run the command again',
        meaning: (scenario, problems) => {
          checkMeaning(scenario, problems);
          further(scenario, problems);
        },
      };

/** Those that ship: where their texts lie. */
export const SCENARIO_FILES: Readonly<Record<string, URL>> = {
  alliance: new URL('../../data/scenarios/alliance.yaml', import.meta.url),
  'mid-size': new URL('../../data/scenarios/mid-size.yaml', import.meta.url),
};
