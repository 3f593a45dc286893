// A lab for conformance tests: its own process, its own folder, free ports, no waiting. Its identity endpoints speak TLS
// under the run's own authority, which this process is told to trust, as an operator would tell it of a company's.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { startLab, type LabEndpoints, type LabOptions } from '@weighbridge/lab';
import { existsSync } from 'node:fs';
import { CORPUS } from './prerequisites.ts';

export interface TestLab {
  readonly endpoints: LabEndpoints;
  readonly folder: string;
  stop(): Promise<void>;
}

/** `more`: what this lab has beyond, or in place of, that. */
export const openLab = async (more: Partial<LabOptions> = {}): Promise<TestLab> => {
  const folder = mkdtempSync(join(tmpdir(), 'weighbridge-conformance-'));
  const streams = join(CORPUS, 'streams');
  const lab = await startLab({
    folder: join(folder, 'lab'),
    seed: 7,
    latency: { mode: 'zero' },
    ...(existsSync(streams) ? { corpus: streams } : {}),
    capture: true,
    ...more,
  });
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(lab.endpoints.caFile, 'utf8')]);
  return {
    endpoints: lab.endpoints,
    folder,
    stop: async () => {
      await lab.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
