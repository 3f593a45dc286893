// Draws a duration.
import { formatDuration } from './model.ts';

export const Duration = ({ ms }: { readonly ms: number | null }) => (
  <span className={ms === null ? 'word' : 'count'}>{formatDuration(ms)}</span>
);
