// How one alert is delivered once, by the kind of its channel. Secrets are read when they are needed, so that one that was
// changed counts at once; none of them is told in an error.
import { AppError, isAppError, type Clock } from '@weighbridge/kernel';
import type { ReadSecret } from '@weighbridge/gateway';
import type { AlertChannelConfig } from '@weighbridge/protocol';
import { allowedAddresses } from './address.ts';
import { jsonOf, signed, slackOf, subjectOf, textOf, type Instance, type Notice } from './notice.ts';
import { post } from './post.ts';

export interface Sending {
  readonly readSecret: ReadSecret;
  readonly clock: Clock;
  readonly instance: Instance;
  readonly deadlineMs: number;
}

/** Throws ALERT_REFUSED, ALERT_UNDELIVERED, CREDENTIAL_UNAVAILABLE. */
export type Send = (notice: Notice) => Promise<void>;

export function senderOf(channel: AlertChannelConfig, sending: Sending): Send {
  switch (channel.kind) {
    case 'webhook':
      return (notice) => sendWebhook(channel, sending, notice);
    case 'slack':
      return (notice) => sendSlack(channel, sending, notice);
    case 'email':
      return (notice) => sendEmail(channel, sending, notice);
  }
}

type Of<Kind extends AlertChannelConfig['kind']> = Extract<AlertChannelConfig, { kind: Kind }>;

const JSON_HEADERS = { 'content-type': 'application/json', 'user-agent': 'weighbridge' };

async function sendWebhook(channel: Of<'webhook'>, sending: Sending, notice: Notice): Promise<void> {
  const { clock, instance, readSecret, deadlineMs } = sending;
  const body = jsonOf(notice, instance, channel.persons);
  const seconds = Math.floor(clock.wall() / 1000);
  const id = { 'webhook-id': notice.id, 'webhook-timestamp': String(seconds) };
  const key = channel.key === undefined ? undefined : await readSecret(channel.key);
  const signature = key === undefined ? {} : { 'webhook-signature': signed(key, notice.id, seconds, body) };
  const headers = { ...JSON_HEADERS, ...id, ...signature };
  await post({ url: channel.url, headers, body, allowPrivate: channel.allow_private, deadlineMs });
}

async function sendSlack(channel: Of<'slack'>, sending: Sending, notice: Notice): Promise<void> {
  const url = await sending.readSecret(channel.url);
  if (!URL.canParse(url)) throw new AppError('ALERT_REFUSED', 'the secret that `url` names holds no address');
  const body = slackOf(textOf(notice, sending.instance, channel.persons));
  await post({
    url,
    headers: JSON_HEADERS,
    body,
    allowPrivate: channel.allow_private,
    deadlineMs: sending.deadlineMs,
  });
}

async function sendEmail(channel: Of<'email'>, sending: Sending, notice: Notice): Promise<void> {
  const { instance, readSecret, deadlineMs } = sending;
  const { host, port, tls, from, to, user, password, persons } = channel;
  const [address] = await allowedAddresses(host, channel.allow_private);
  const pass = password === undefined ? undefined : await readSecret(password);
  // Loaded by the first mail: most instances send none.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host: address?.address ?? host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: { servername: host },
    connectionTimeout: deadlineMs,
    greetingTimeout: deadlineMs,
    socketTimeout: deadlineMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(user === undefined ? {} : { auth: { user, pass: pass ?? '' } }),
  });
  try {
    const text = `${textOf(notice, instance, persons)}\n\n${new Date(notice.at).toISOString()}\n`;
    await transport.sendMail({
      from,
      to,
      subject: subjectOf(notice, instance),
      text,
      messageId: `<${notice.id}@weighbridge>`,
    });
  } catch (error) {
    throw isAppError(error) ? error : mailFailure(error);
  } finally {
    transport.close();
  }
}

/** What servers say may repeat what was sent: only the code of it is told. */
function mailFailure(error: unknown): AppError {
  const { code = 'unknown', responseCode } = error as { code?: string; responseCode?: number };
  const answered = responseCode === undefined ? '' : `, answered with ${responseCode}`;
  const final = (responseCode !== undefined && responseCode >= 500) || code === 'EAUTH' || code === 'ETLS';
  return new AppError(final ? 'ALERT_REFUSED' : 'ALERT_UNDELIVERED', `the mail was not taken (${code}${answered})`);
}
