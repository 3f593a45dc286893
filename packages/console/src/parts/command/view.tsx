// A command in a sentence, as it is typed where the instance was started.
import { useTyped } from './typed.ts';

export const CommandLine = ({ line }: { readonly line: string }) => <code>{useTyped()(line)}</code>;
