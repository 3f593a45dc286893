// Coverage, with the configuration in force and who is who in deployments of now and of before.
import type { ControlAnswer, ControlAsked } from '@weighbridge/protocol';
import { coverageOf } from '../../observed/coverage.ts';
import type { ControlPorts } from '../ports.ts';
import { momentIn } from './moment.ts';

export function coverageAnswer(
  ports: Pick<ControlPorts, 'administration' | 'clock' | 'deal' | 'projections' | 'stores'>,
  period: ControlAsked<'coverage'>,
  signal: AbortSignal,
): Promise<ControlAnswer<'coverage'>> {
  const { projections, administration, stores } = ports;
  const { rolesOf } = momentIn(ports, undefined);
  return coverageOf(
    {
      projections: { ask: (name, input) => projections.ask(name, input, signal) },
      rolesOf,
      config: administration.config().coverage,
      simulated: stores.home.log !== 'live',
    },
    period,
  );
}
