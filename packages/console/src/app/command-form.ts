// How commands are typed, kept from one session to the next: who has none open reads the command that makes a link.
import { PLAIN_FORM, type CommandForm } from '@weighbridge/protocol';
import { useEffect } from 'react';
import { ON_SAMPLE } from '../url/mount.ts';
import { keptStorage } from './kept-storage.ts';

const KEY = 'weighbridge.command';

/** As the instance said it last; its plain name where it never did. */
export function keptForm(): CommandForm {
  try {
    const { start, options } = JSON.parse(keptStorage()?.getItem(KEY) ?? '') as Partial<CommandForm>;
    return typeof start === 'string' && typeof options === 'string' ? { start, options } : PLAIN_FORM;
  } catch {
    return PLAIN_FORM; // Nothing was kept, or nothing that is ours.
  }
}

/** Keeps that of the instance; a log that is only looked at has other options. */
export function useKeptForm(form: CommandForm | null): void {
  const text = form === null || ON_SAMPLE ? null : JSON.stringify(form);
  useEffect(() => {
    if (text !== null) keptStorage()?.setItem(KEY, text);
  }, [text]);
}
