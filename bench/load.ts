// The near end of the bench, its own process: raw sockets and HTTP/1.1 keep-alive, because a full client would cost more
// than what is measured. Jobs come by IPC, or one as JSON in the first argument; results leave the same way.
import { runHop, type HopJob, type HopResult } from './load-hop.ts';
import { runOpen, type OpenJob, type OpenResult } from './load-open.ts';
import { runStreams, type StreamJob, type StreamResult } from './load-streams.ts';

export type Job = HopJob | StreamJob | OpenJob;
export type Result = HopResult | StreamResult | OpenResult;

const runJob = (job: Job): Promise<Result> => {
  if (job.kind === 'hop') return runHop(job);
  return job.kind === 'open' ? runOpen(job) : runStreams(job);
};

const given = process.argv[2];
if (given !== undefined) process.stdout.write(`${JSON.stringify(await runJob(JSON.parse(given) as Job))}\n`);
else {
  process.on('message', (job: Job) => {
    void runJob(job).then((result) => process.send?.(result));
  });
  process.on('disconnect', () => process.exit(0));
}
