// A scenario of somebody's own, looked at: what is wrong with its text, or what it is.
import { toldProblems } from '@weighbridge/document';
import type { CheckedScenario } from '@weighbridge/protocol';
import { gradeCounts } from './grades.ts';
import { checkScenario, type Further } from './read.ts';
import type { Scenario } from './scenario.ts';

export function checkedScenario(text: string, further?: Further): CheckedScenario {
  const { value, problems } = checkScenario(text, further);
  return {
    problems: toldProblems(problems),
    reading: value === undefined ? null : readingOf(value),
  };
}

function readingOf(scenario: Scenario): CheckedScenario['reading'] {
  const { name, title, note = '', currency, start, months, market, sample } = scenario;
  return {
    id: name,
    title,
    about: note,
    currency,
    start,
    months,
    tags: gradeCounts(scenario),
    market: market !== undefined,
    sample:
      sample === undefined
        ? null
        : {
            contracts: Object.keys(sample.contracts).length,
            claims: Object.keys(sample.claims).length,
            answers: sample.answers.length,
            evidence: sample.evidence.length,
            attested: sample.attested.length,
          },
  };
}
