// What is simulated for whoever asks: scenarios of the system behind the deal, and plans. Each runs in threads of its own.
import type { ControlAnswer, ControlAsked } from '@weighbridge/protocol';
import type { Asked, ControlPorts } from '../ports.ts';

export const simulatedAnswers = ({ scenarios, plans }: Pick<ControlPorts, 'scenarios' | 'plans'>) => ({
  scenarios: (): Promise<ControlAnswer<'scenarios'>> => scenarios.list(),
  checkScenario: (
    { text }: ControlAsked<'checkScenario'>,
    { signal }: Asked,
  ): Promise<ControlAnswer<'checkScenario'>> => scenarios.check(text, signal),
  scenario: (input: ControlAsked<'scenario'>, { signal }: Asked): Promise<ControlAnswer<'scenario'>> =>
    scenarios.run(input, signal),
  plans: (): Promise<ControlAnswer<'plans'>> => plans.list(),
  checkPlan: ({ text }: ControlAsked<'checkPlan'>, { signal }: Asked): Promise<ControlAnswer<'checkPlan'>> =>
    plans.check(text, signal),
  plan: (input: ControlAsked<'plan'>, { signal }: Asked): Promise<ControlAnswer<'plan'>> => plans.run(input, signal),
});
