// The spike of the sample: an agent that calls itself in a loop. Its prompt grows with every turn and never comes from a
// cache, until one last call with all of it ends the session.
import type { Request } from './call.ts';
import type { Month } from './month.ts';
import { demandOf, type Scenario } from './scenario.ts';

/** `scale`: of the sample against the whole one; a small sample has a small spike. */
export function spikeRequests(scenario: Scenario, month: Month, scale: number): readonly Request[] {
  const { spike } = scenario.events;
  const team = demandOf(scenario, spike.key);
  const turns = Math.max(LEAST_TURNS, Math.round(spike.calls * scale));
  const step = (month.spike.to - month.spike.from) / (turns + 1);
  const session = `search-agent-${scenario.seed}`;
  const same = { team, route: spike.route, cached: 0, searches: 0, stream: true, tools: true, session };
  const growth = (spike.prompt_to - spike.prompt_from) / turns;
  const loop = Array.from({ length: turns }, (_, turn): Request => {
    const prompt = Math.round(spike.prompt_from + growth * turn);
    const started = Math.floor(month.spike.from + step * turn);
    return { ...same, started, prompt, answer: spike.answer + (turn % 7) * 40 };
  });
  const started = Math.floor(month.spike.from + step * turns);
  return [...loop, { ...same, started, prompt: spike.last_prompt, answer: spike.last_answer }];
}

const LEAST_TURNS = 24;
