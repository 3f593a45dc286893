// Everything that an operator has to hear of goes through here: an entry of the journal and a line on standard error first,
// then the channels. Limits are watched, and their history is kept for forecasts. Nothing here is on a call's way.
import { setTimeout } from 'node:timers/promises';
import { AppError, createUlid, systemClock, type Clock } from '@weighbridge/kernel';
import { createSecretReader, type Limits } from '@weighbridge/gateway';
import type { Config } from '@weighbridge/protocol';
import { oncePerHour, type Alert } from '../admin/alerts.ts';
import { alertDraft, canonical } from '../admin/entries.ts';
import type { Watched } from '../admin/limits-view.ts';
import type { Stores } from '../admin/stores.ts';
import { CONSOLE_BASE } from '../api/static-files.ts';
import { processEnvironment } from '../config/environment.ts';
import { openChannels, type Channels } from './channels.ts';
import { LimitHistory } from './limit-history.ts';
import { LimitWatch, memberText, type LimitTold } from './limit-watch.ts';
import type { Instance, Notice } from './notice.ts';
import { Told } from './told.ts';
import type { Say } from '../logging/events.ts';
import { causeWords } from '../logging/cause.ts';

const LOOK_MS = 1_000;
/** A disk that does not answer delays no alert for longer than this. */
const WRITE_MS = 5_000;

export interface Alerting {
  readonly alert: Alert;
  readonly channels: Pick<Channels, 'states' | 'test'>;
  /** What is known of limits beside their counters. */
  readonly watched: Watched;
  /** Takes up the channels that a configuration names. */
  use(config: Config): void;
  /** From now on the limits in force are watched. */
  watch(limits: () => Limits): void;
  stop(): void;
}

export interface AlertingOptions {
  readonly say: Say;
  readonly clock?: Clock;
  readonly againMs?: readonly number[];
  readonly writeMs?: number;
  /** Hears of an alert that the journal did not take. */
  readonly unwritten?: (alert: Pick<Notice, 'alert' | 'about' | 'message'>) => void;
}

type Needed = Pick<Stores, 'admin' | 'nextId' | 'journal' | 'vault'>;

export function openAlerting(stores: Needed, config: Config, options: AlertingOptions): Alerting {
  const { admin, nextId, journal, vault } = stores;
  const { say, clock = systemClock, unwritten, writeMs = WRITE_MS } = options;
  const channels = channelsOf(config, options);
  const told = Told.from(journal, clock.wall());
  const history = new LimitHistory();
  const first = oncePerHour(clock);
  const digest = (text: string): string => vault.keyDigest(text, 1);
  let timer: NodeJS.Timeout | undefined;
  const write = (
    notice: Omit<Notice, 'id' | 'at'>,
    more: Partial<ReturnType<typeof alertDraft>>,
    content: object,
  ): void => {
    const [id, at] = [nextId(), clock.wall()];
    const { alert, about, message, advice } = notice;
    say(`alert: ${message}. ${advice}`, 'alert.raised', { alert, about, id });
    const entry = { ...alertDraft(id, at, { alert, about, message, ...content }), ...more };
    void written(admin.append(entry), writeMs)
      .catch((error: unknown) => {
        say(`the alert could not be written to the journal: ${causeWords(error)}`, 'alert.unwritten', { alert, about });
        unwritten?.({ alert, about, message });
      })
      // That nothing can be written is what somebody has to hear of most.
      .then(() => channels.send({ ...notice, id, at }));
  };
  const tell = ({ limit, message, names, person }: LimitTold): void => {
    const { rule: about, share, until } = limit;
    const notice = {
      alert: 'limit',
      about,
      message,
      advice: `See \`weighbridge limits ${about}\``,
      page: `limits?${new URLSearchParams({ sel: about })}`,
      limit: { rule: about, share, until, names: [...names], personal: person !== null },
    };
    // A person's name is sealed under a key of that person.
    write(notice, person === null ? {} : { personal: canonical({ names }), subject: person }, { limit });
  };
  channels.use(config.alerts.channels);
  return {
    alert: ({ name, ...alert }, advice) => {
      if (first(name)) write({ ...alert, advice, limit: null }, {}, {});
    },
    channels,
    watched: {
      earlier: (ruled, row, begin) => history.earlier(ruled, row, begin),
      shares: (ruled, row, now) => {
        const member = digest(memberText(ruled, row));
        return (ruled.rule.alertAt ?? []).filter((share) => told.has(ruled.rule.id, share, member, now));
      },
    },
    use: (next) => channels.use(next.alerts.channels),
    watch: (limits) => {
      const watch = new LimitWatch({ limits, told, clock, tell, digest });
      timer = setInterval(() => {
        history.look(limits(), clock.wall());
        watch.look();
      }, LOOK_MS).unref();
    },
    stop: () => {
      clearInterval(timer);
      channels.stop();
    },
  };
}

async function written(entry: Promise<void>, withinMs: number): Promise<void> {
  const over = new AbortController();
  const late = setTimeout(withinMs, undefined, { signal: over.signal, ref: false }).then(() => {
    throw new AppError('JOURNAL_UNAVAILABLE', `the disk has not answered for ${withinMs / 1000} s`);
  });
  try {
    await Promise.race([entry, late]);
  } finally {
    over.abort();
    late.catch(() => undefined);
  }
}

function channelsOf(
  { organisation, node, log, control }: Config,
  { say, clock = systemClock, againMs }: AlertingOptions,
): Channels {
  const origin = control === 'off' ? undefined : control.origin;
  const page = origin === undefined ? null : `${new URL(origin).origin}${CONSOLE_BASE}`;
  const instance: Instance = { organisation, node, log, console: page };
  const readSecret = createSecretReader(processEnvironment());
  return openChannels({ readSecret, clock, instance, say, ...(againMs === undefined ? {} : { againMs }) });
}

/** A notice that is of nothing, for whoever wants to see that a channel works. */
export const testNotice = (at: number, name: string): Notice => ({
  id: createUlid(
    () => at,
    (bytes) => void crypto.getRandomValues(bytes),
  )(),
  at,
  alert: 'test',
  about: name,
  message: `channel "${name}" is asked to take a test alert`,
  advice: 'Nothing is wrong',
  limit: null,
});
