// Coverage, with the configuration in force and who is who in deployments of now and of before; and the records it stands on.
import type { ControlAnswer, ControlAsked } from '@weighbridge/protocol';
import { coverageOf } from '../../observed/coverage.ts';
import type { Asked, ControlPorts } from '../ports.ts';
import { momentIn } from './moment.ts';

type Ports = Pick<ControlPorts, 'administration' | 'clock' | 'deal' | 'observed' | 'projections' | 'stores'>;

export const coverageAnswers = (ports: Ports) => ({
  coverage: (period: ControlAsked<'coverage'>, { signal }: Asked): Promise<ControlAnswer<'coverage'>> =>
    coverageOf(
      {
        projections: { ask: (name, input) => ports.projections.ask(name, input, signal) },
        rolesOf: momentIn(ports, undefined).rolesOf,
        config: ports.administration.config().coverage,
        simulated: ports.stores.home.log !== 'live',
      },
      period,
    ),
  imports: (): ControlAnswer<'imports'> => ports.observed.imports(),
  importObserved: (asked: ControlAsked<'importObserved'>, { actor }: Asked): Promise<ControlAnswer<'importObserved'>> =>
    ports.observed.import(asked, actor),
});
