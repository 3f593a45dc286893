// What the caches of routes hold and saved, and the way to make them forget it.
import { AppError, didYouMean } from '@weighbridge/kernel';
import type { ControlAnswer, ControlAsked } from '@weighbridge/protocol';
import type { ControlPorts } from '../ports.ts';

export const cacheAnswers = (ports: ControlPorts) => ({
  cache: () => cacheAnswer(ports),
  purgeCache: (input: ControlAsked<'purgeCache'>) => purgeCacheAnswer(ports, input),
});

async function cacheAnswer({ lanes, clock, stores, status }: ControlPorts): Promise<ControlAnswer<'cache'>> {
  const [rows, { started }] = await Promise.all([lanes.cache(), status()]);
  return {
    at: Math.floor(clock.wall()),
    since: Math.floor(started),
    simulated: stores.home.log !== 'live',
    rows: rows.map((row) => ({ ...row, avoided: { ...row.avoided } })),
  };
}

/** Throws BAD_REQUEST for a route that is not there, so that a slip in a name does not look like an empty cache. */
function purgeCacheAnswer(
  { lanes, administration }: ControlPorts,
  { route, team }: ControlAsked<'purgeCache'>,
): Promise<ControlAnswer<'purgeCache'>> {
  const { routes } = administration.snapshot();
  if (route !== undefined && !routes.some(({ id }) => id === route)) {
    const known = routes.map(({ id }) => id);
    const near = didYouMean(route, known);
    throw new AppError('BAD_REQUEST', `the configuration in force has no route "${route}"`, {
      next: near === undefined ? `name one of its routes, or none for all of them` : `did you mean "${near}"?`,
    });
  }
  return lanes.purge({ ...(route === undefined ? {} : { route }), ...(team === undefined ? {} : { team }) });
}
