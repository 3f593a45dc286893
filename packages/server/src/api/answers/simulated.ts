// What is simulated for whoever asks: scenarios of the system behind the deal, and plans. Each runs in threads of its own.
import type { ControlAnswer, ControlAsked } from '@weighbridge/protocol';
import { ownEstate } from '../../plan/estate/own-estate.ts';
import type { Asked, ControlPorts } from '../ports.ts';

export const simulatedAnswers = (
  ports: Pick<ControlPorts, 'administration' | 'clock' | 'deal' | 'plans' | 'projections' | 'scenarios' | 'stores'>,
) => ({
  scenarios: (): Promise<ControlAnswer<'scenarios'>> => ports.scenarios.list(),
  checkScenario: (
    { text }: ControlAsked<'checkScenario'>,
    { signal }: Asked,
  ): Promise<ControlAnswer<'checkScenario'>> => ports.scenarios.check(text, signal),
  scenario: (input: ControlAsked<'scenario'>, { signal }: Asked): Promise<ControlAnswer<'scenario'>> =>
    ports.scenarios.run(input, signal),
  plans: (): Promise<ControlAnswer<'plans'>> => ports.plans.list(),
  checkPlan: ({ text }: ControlAsked<'checkPlan'>, { signal }: Asked): Promise<ControlAnswer<'checkPlan'>> =>
    ports.plans.check(text, signal),
  ownEstate: (_: unknown, { signal }: Asked): Promise<ControlAnswer<'ownEstate'>> => ownEstate(ports, signal),
  plan: (input: ControlAsked<'plan'>, { signal }: Asked): Promise<ControlAnswer<'plan'>> =>
    ports.plans.run(input, signal),
});
