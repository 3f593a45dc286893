// What is simulated for whoever asks: scenarios of the system behind the deal, and plans. Each runs in threads of its own.
import type { ControlAnswer, ControlAsked, Dimension } from '@weighbridge/protocol';
import { lastDays, ownHoursFrom } from '../../plan/own-hours.ts';
import type { OwnReceipts } from '../../plan/plan-desk.ts';
import type { Asked, ControlPorts } from '../ports.ts';

export const simulatedAnswers = ({ scenarios, plans, ...log }: SimulatedPorts) => ({
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
  plan: (input: ControlAsked<'plan'>, { signal }: Asked): Promise<ControlAnswer<'plan'>> =>
    plans.run(input, signal, ownReceipts(log)),
});

type SimulatedPorts = Pick<ControlPorts, 'scenarios' | 'plans' | 'projections' | 'clock' | 'stores'>;

/** Of the log that is asked: a plan below the sample's pages takes the sample's receipts. */
const ownReceipts =
  ({ projections, clock, stores }: Omit<SimulatedPorts, 'scenarios' | 'plans'>): OwnReceipts =>
  async ({ days, filters }, signal) => {
    const period = lastDays(clock.wall(), days);
    const asked = Object.entries(filters).map(([dimension, value]) => ({
      dimension: dimension as Dimension,
      values: [value],
    }));
    const { rows } = await projections.ask('hours', { ...period, filters: asked }, signal);
    return ownHoursFrom(rows, period.until, stores.home.log !== 'live');
  };
