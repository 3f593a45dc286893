// Links and sessions against a clock that is moved by hand.
import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { LIMITS, type AppError } from '@weighbridge/kernel';
import { cookieKind, readCookie, setCookie } from '../../src/api/cookie.ts';
import { createSessions, viewOfSession, type SessionBook } from '../../src/api/sessions.ts';

const code = (wanted: string) => (error: AppError) => error.code === wanted;

interface World {
  readonly book: SessionBook;
  now: number;
}

function world(): World {
  let ids = 0;
  const state = { now: 1_000_000 };
  const book = createSessions({
    clock: { wall: () => state.now, monotonic: () => state.now },
    random: (bytes) => void randomFillSync(bytes),
    newId: () => `session-${(ids += 1)}`,
  });
  return Object.assign(state, { book });
}

describe('a one-time link', () => {
  test('opens one session, once', () => {
    const { book } = world();
    const { secret } = book.link();
    const { session, cookie, token } = book.redeem(secret);
    assert.equal(book.find(cookie, token)?.id, session.id);
    assert.throws(() => book.redeem(secret), code('LINK_INVALID'));
    assert.equal(book.all().length, 1, 'the second try opened nothing');
  });

  test('opens nothing when it is five minutes old, and does a moment before', () => {
    const late = world();
    const { secret, expires } = late.book.link();
    assert.equal(expires, late.now + LIMITS.console_link_ms);
    late.now = expires;
    assert.throws(() => late.book.redeem(secret), code('LINK_INVALID'));
    const early = world();
    const link = early.book.link();
    early.now = link.expires - 1;
    assert.ok(early.book.redeem(link.secret).cookie.length > 40);
  });

  test('that was made up opens nothing', () => {
    const { book } = world();
    book.link();
    for (const secret of ['', 'x', 'A'.repeat(43), 'A'.repeat(10_000)])
      assert.throws(() => book.redeem(secret), code('LINK_INVALID'), secret.slice(0, 50));
  });

  test('waits beside a bounded number of others: the oldest gives way', () => {
    const { book } = world();
    const secrets = Array.from({ length: LIMITS.console_links + 1 }, () => book.link().secret);
    assert.throws(() => book.redeem(secrets[0] ?? ''), code('LINK_INVALID'));
    assert.equal(book.redeem(secrets[1] ?? '').session.id, 'session-1');
    assert.equal(book.redeem(secrets.at(-1) ?? '').session.id, 'session-2');
  });
});

describe('a session', () => {
  test('needs both halves, each its own', () => {
    const { book } = world();
    const [one, two] = [book.redeem(book.link().secret), book.redeem(book.link().secret)];
    assert.equal(book.find(one.cookie, null), undefined);
    assert.equal(book.find(one.cookie, ''), undefined);
    assert.equal(book.find(one.cookie, two.token), undefined, "another session's token");
    assert.equal(book.find(one.token, one.token), undefined, 'the token is no cookie');
    assert.equal(book.find('', one.token), undefined);
    assert.equal(book.find(one.cookie, one.token)?.id, one.session.id);
    assert.equal(book.findByCookie(one.cookie)?.id, one.session.id);
    assert.equal(book.findByCookie(one.token), undefined);
  });

  test('ends when it was idle for an hour; being asked keeps it, a quiet look does not', () => {
    const asked = world();
    const { cookie, token } = asked.book.redeem(asked.book.link().secret);
    for (let hour = 0; hour < 3; hour += 1) {
      asked.now += LIMITS.session_idle_ms - 1;
      assert.ok(asked.book.find(cookie, token) !== undefined);
    }
    asked.now += LIMITS.session_idle_ms - 1;
    assert.ok(asked.book.find(cookie, token, true) !== undefined, 'it is still open');
    asked.now += 1;
    assert.equal(asked.book.find(cookie, token), undefined, 'the quiet look did not count');
    assert.deepEqual(asked.book.all(), []);
  });

  test('ends after twelve hours, however busy it is', () => {
    const busy = world();
    const { session, cookie, token } = busy.book.redeem(busy.book.link().secret);
    while (busy.now < session.expires - 60_000) {
      busy.now += 60_000;
      assert.ok(busy.book.find(cookie, token) !== undefined);
    }
    busy.now = session.expires;
    assert.equal(busy.book.find(cookie, token), undefined);
    assert.equal(busy.book.isOpen(session.id), false);
  });

  test('can be ended, and is then gone at once', () => {
    const { book } = world();
    const { session, cookie, token } = book.redeem(book.link().secret);
    assert.equal(book.end(session.id), true);
    assert.equal(book.find(cookie, token), undefined);
    assert.equal(book.end(session.id), false);
  });

  test('gives way when there are too many, the one seen longest ago first', () => {
    const many = world();
    const open = (): ReturnType<SessionBook['redeem']> => {
      many.now += 1;
      return many.book.redeem(many.book.link().secret);
    };
    const opened = Array.from({ length: LIMITS.sessions }, open);
    many.now += 1;
    const [first, second] = opened;
    assert.ok(first !== undefined && second !== undefined);
    assert.ok(many.book.find(first.cookie, first.token) !== undefined, 'the oldest is seen again');
    open();
    assert.ok(many.book.isOpen(first.session.id));
    assert.equal(many.book.isOpen(second.session.id), false);
    assert.equal(many.book.all().length, LIMITS.sessions);
  });

  test('shows when it ends, and whether it is the one that asks', () => {
    const { book, now } = world();
    const { session } = book.redeem(book.link().secret);
    const view = viewOfSession(session, session.id);
    assert.deepEqual(view, {
      id: session.id,
      opened: now,
      idle_until: now + LIMITS.session_idle_ms,
      expires: now + LIMITS.session_ms,
      own: true,
    });
    const near = { ...session, seen: session.expires - 10 };
    assert.equal(viewOfSession(near, 'other').idle_until, session.expires, 'never later than its end');
    assert.equal(viewOfSession(near, 'other').own, false);
  });
});

describe('the cookie', () => {
  const value = 'A'.repeat(43);

  test('behind TLS has the prefix that browsers enforce, with all that it asks for', () => {
    const kind = cookieKind(new URL('https://weighbridge.example.org'));
    const line = setCookie(kind, value, 43_200_000);
    assert.match(line, /^__Host-weighbridge=A{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/);
    assert.doesNotMatch(line, /Domain/i);
  });

  test('on plain loopback is named by its port, and no browser throws it away', () => {
    const kind = cookieKind(new URL('http://127.0.0.1:7412'));
    assert.equal(
      setCookie(kind, value, 43_200_000),
      `weighbridge-7412=${value}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict`,
    );
    assert.equal(cookieKind(new URL('http://localhost')).name, 'weighbridge-80');
  });

  test('is taken back by an empty one that is too old', () => {
    assert.match(setCookie(cookieKind(new URL('http://127.0.0.1:1')), '', 5_000), /^weighbridge-1=; .*Max-Age=0;/);
  });

  test('is read when there is exactly one that can be ours', () => {
    const kind = cookieKind(new URL('http://127.0.0.1:7412'));
    assert.equal(readCookie(kind, `a=b; weighbridge-7412=${value}; weighbridge-7413=x`), value);
    assert.equal(readCookie(kind, undefined), null);
    assert.equal(
      readCookie(kind, `weighbridge-7412=${value}; weighbridge-7412=${'B'.repeat(43)}`),
      null,
      'two of them',
    );
    assert.equal(readCookie(kind, `weighbridge-7412=${value}"`), null, 'not in the form of ours');
    assert.equal(readCookie(kind, 'xweighbridge-7412=y'), null);
  });
});
