// The sample organisation beside the instance. Nothing of it is an entry of the instance's log: it is no configuration, and
// what it shows is nobody's.
import { AppError } from '@weighbridge/kernel';
import type { ControlAsked, SampleState } from '@weighbridge/protocol';
import type { ControlPorts, SamplePort } from '../ports.ts';

type Ports = Pick<ControlPorts, 'sample'>;

const OFF: SampleState = { state: 'off', progress: null, end: null, until: null, problem: null };

export const sampleAnswer = ({ sample }: Ports): SampleState | Promise<SampleState> =>
  sample === null ? OFF : sample.state();

export const openSampleAnswer = ({ sample }: Ports): SampleState | Promise<SampleState> =>
  sample === null ? OFF : sample.look();

/** Throws SAMPLE_ABSENT, SAMPLE_FOREIGN, FOLDER_LOCKED. */
export async function makeSampleAnswer(ports: Ports, { calls }: ControlAsked<'makeSample'>): Promise<SampleState> {
  const desk = deskOf(ports);
  await desk.make(calls);
  return desk.state();
}

/** Throws SAMPLE_ABSENT, SAMPLE_FOREIGN, FOLDER_LOCKED. */
export async function removeSampleAnswer(ports: Ports): Promise<SampleState> {
  const desk = deskOf(ports);
  await desk.remove();
  return desk.state();
}

function deskOf({ sample }: Ports): SamplePort {
  if (sample !== null) return sample;
  throw new AppError('SAMPLE_ABSENT', 'this instance shows no sample organisation: something real is configured', {
    next: 'start the lab in a folder of its own: `weighbridge up --home FOLDER` where no configuration lies',
  });
}
