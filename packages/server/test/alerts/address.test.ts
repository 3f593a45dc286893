// Where alerts may be sent: what is of no public network is refused unless it is meant.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowedAddresses, isPrivate } from '../../src/alerts/address.ts';

test('addresses of private networks, of this machine and of no network are known in both families, also where one hides in the other', () => {
  const inside = [
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
  ];
  const hidden = [
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::',
    'ff02::1',
  ];
  for (const address of [...inside, ...hidden]) assert.equal(isPrivate(address), true, address);
  for (const address of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111'])
    assert.equal(isPrivate(address), false, address);
});

test('a host inside is refused by name and by number, and taken where the channel says so', async () => {
  for (const host of ['127.0.0.1', '[::1]', 'localhost'])
    await assert.rejects(allowedAddresses(host, false), { code: 'ALERT_REFUSED', next: /allow_private: true/ }, host);
  assert.deepEqual(await allowedAddresses('127.0.0.1', true), [{ address: '127.0.0.1', family: 4 }]);
});
