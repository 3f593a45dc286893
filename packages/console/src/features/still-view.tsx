// Why a page has no forms: the log is only looked at, or the page shows another moment than now.
export type Still = 'log' | 'moment' | null;

interface StillNoteProps {
  readonly still: Still;
  /** What could be done otherwise: `bring evidence`. */
  readonly what: string;
  readonly nowHref: string;
}

export function StillNote({ still, what, nowHref }: StillNoteProps) {
  if (still === null) return null;
  return (
    <p className="still-note">
      {still === 'log' ? (
        <>This log is only looked at: no instance writes to it, so nobody can {what} here. In your own calls you can.</>
      ) : (
        <>
          Another moment than now is shown. To {what}, <a href={nowHref}>go back to now</a>.
        </>
      )}
    </p>
  );
}
