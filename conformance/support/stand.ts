// What the tests of one file stand on: a lab and a gateway in front of it, opened before them and closed after them, the
// lab also where the gateway did not come up.
import { after, before } from 'node:test';
import { openGateway, type TestGateway } from './gateway.ts';
import { openLab, type TestLab } from './lab.ts';

export interface Stand {
  readonly lab: TestLab;
  readonly gateway: TestGateway;
}

/** Call it once, beside the tests; what it gives is there while they run. */
export const openStand = (): Stand => {
  let lab: TestLab | undefined;
  let gateway: TestGateway | undefined;
  before(async () => {
    lab = await openLab();
    gateway = await openGateway(lab);
  });
  after(async () => {
    await gateway?.stop();
    await lab?.stop();
  });
  return {
    get lab() {
      return opened(lab);
    },
    get gateway() {
      return opened(gateway);
    },
  };
};

const opened = <Part>(part: Part | undefined): Part => {
  if (part !== undefined) return part;
  throw new Error('the stand is open only while the tests of its file run');
};
