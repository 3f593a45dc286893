// An alert on its way out of the instance, and the three forms in which it leaves: JSON for programs, text for Slack and for
// a mail. A person's name goes along only where the channel was told that it may.
import { createHmac } from 'node:crypto';
import type { AlertTold } from '@weighbridge/protocol';

export interface Notice extends Omit<AlertTold, 'entry' | 'limit'> {
  /** Of its entry: whoever gets it twice can tell. */
  readonly id: string;
  readonly advice: string;
  /** The page of the console that shows it, below the console's base. */
  readonly page?: string;
  readonly limit: (NonNullable<AlertTold['limit']> & { readonly personal: boolean }) | null;
}

export interface Instance {
  readonly organisation: string;
  readonly node: string;
  readonly log: string;
  /** The console as browsers elsewhere see it; null where nobody has said how they do. */
  readonly console: string | null;
}

const isInvented = ({ log }: Instance): boolean => log !== 'live';

/** Names of whose counter it is, as far as they may leave. */
const namesOf = ({ limit }: Notice, persons: boolean): readonly string[] | null =>
  limit === null || limit.names === null || (limit.personal && !persons) ? null : limit.names;

export function jsonOf(notice: Notice, instance: Instance, persons: boolean): string {
  const { limit, advice, page: _, ...rest } = notice;
  const { console: __, ...named } = instance;
  const about = limit === null ? null : { rule: limit.rule, share: limit.share, until: limit.until };
  return JSON.stringify({
    ...rest,
    next: advice,
    link: linkOf(notice, instance),
    simulated: isInvented(instance),
    instance: named,
    limit: about === null ? null : { ...about, names: namesOf(notice, persons) },
  });
}

const linkOf = ({ page }: Notice, { console: origin }: Instance): string | null =>
  page === undefined || origin === null ? null : `${origin}${page}`;

/** `organisation/node: what happened. What next.` */
export function textOf(notice: Notice, instance: Instance, persons: boolean): string {
  const names = namesOf(notice, persons);
  const whose = names === null || names.length === 0 ? '' : ` It is ${names.map(quoted).join(', ')}.`;
  const invented = isInvented(instance) ? '[simulated] ' : '';
  const link = linkOf(notice, instance);
  return `${invented}${instance.organisation}/${instance.node}: ${notice.message}.${whose} ${notice.advice}.${link === null ? '' : ` ${link}`}`;
}

const quoted = (name: string): string => (name === '' ? '(none)' : `"${name.replaceAll(/\p{Cc}/gu, '?')}"`);

export const subjectOf = ({ alert, about }: Notice, instance: Instance): string =>
  `${isInvented(instance) ? '[simulated] ' : ''}Weighbridge ${instance.organisation}/${instance.node}: ${alert} ${about}`
    .replaceAll(/\p{Cc}/gu, '?')
    .slice(0, 200);

/** Slack reads `<`, `>` and `&` as its own. */
export const slackOf = (text: string): string =>
  JSON.stringify({ text: text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') });

/** Standard Webhooks 1.0: over id, time and body, so that neither an old one nor a changed one passes. */
export function signed(key: string, id: string, seconds: number, body: string): string {
  const bytes = key.startsWith('whsec_') ? Buffer.from(key.slice('whsec_'.length), 'base64') : Buffer.from(key, 'utf8');
  return `v1,${createHmac('sha256', bytes).update(`${id}.${seconds}.${body}`).digest('base64')}`;
}
