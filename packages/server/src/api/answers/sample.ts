// The sample organisation beside the instance. Nothing of it is an entry of the instance's log: it is no configuration, and
// what it shows is nobody's.
import { AppError } from '@weighbridge/kernel';
import type { ControlAsked, SampleState } from '@weighbridge/protocol';
import type { ControlPorts, SamplePort } from '../ports.ts';

type Ports = Pick<ControlPorts, 'sample'>;

const OFF: SampleState = { state: 'off', progress: null, end: null, until: null, problem: null };

/** Making and removing throw SAMPLE_ABSENT, SAMPLE_FOREIGN, FOLDER_LOCKED. */
export const sampleAnswers = (ports: Ports) => ({
  sample: (): SampleState | Promise<SampleState> => ports.sample?.state() ?? OFF,
  openSample: (): SampleState | Promise<SampleState> => ports.sample?.look() ?? OFF,
  makeSample: async ({ calls }: ControlAsked<'makeSample'>): Promise<SampleState> => {
    const desk = deskOf(ports);
    await desk.make(calls);
    return desk.state();
  },
  removeSample: async (): Promise<SampleState> => {
    const desk = deskOf(ports);
    await desk.remove();
    return desk.state();
  },
});

function deskOf({ sample }: Ports): SamplePort {
  if (sample !== null) return sample;
  throw new AppError('SAMPLE_ABSENT', 'this instance shows no sample organisation: something real is configured', {
    next: 'start the lab in a folder of its own: `weighbridge up --home FOLDER` where no configuration lies',
  });
}
