// Where each kind of thing that the server found leads to.
import type { Found } from '@weighbridge/protocol';
import type { Command } from '../frame/palette.ts';

type Row = Found['rows'][number];

const TITLES: Readonly<Record<Row['kind'], string>> = {
  call: 'Open call',
  entry: 'Open entry',
  key: 'Open key',
  deployment: 'Open deployment',
  route: 'What would a request do on route',
  configuration: 'Configuration',
  view: 'Open view',
  contract: 'Open contract',
  claim: 'Open claim',
  party: 'Open party',
};

type HrefOf = (path: string) => string;

/** Null for what the palette knows by itself. */
export function foundCommand({ kind, id, label }: Row, hrefOf: HrefOf): Command | null {
  const href = hrefFor(kind, id, hrefOf);
  return href === null ? null : { id: `${kind}:${id}`, title: `${TITLES[kind]} ${id}`, about: label, href };
}

function hrefFor(kind: Row['kind'], id: string, hrefOf: HrefOf): string | null {
  const with_ = (path: string, name: string, value: string): string => {
    const href = hrefOf(path);
    return `${href}${href.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;
  };
  switch (kind) {
    case 'call':
      return hrefOf(`/calls/${id}`);
    case 'entry':
      return with_('/journal', 'sel', id);
    case 'key':
      return with_('/settings', 'sel', id);
    case 'deployment':
      return with_('/deployments', 'sel', id);
    case 'route':
      return with_('/routes', 'model', id);
    case 'configuration':
      return with_('/settings', 'show', 'history');
    case 'contract':
      return hrefOf(`/contracts/${id}`);
    case 'claim':
      return with_('/claims', 'sel', id);
    case 'party':
      return with_('/parties', 'sel', id);
    case 'view':
      return null;
  }
}
