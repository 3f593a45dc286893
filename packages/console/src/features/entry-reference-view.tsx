// The entry of the log that holds something, by its id; the Journal shows it and checks it.
interface EntryReferenceProps {
  readonly id: string;
  readonly href: string;
}

export const EntryReference = ({ id, href }: EntryReferenceProps) => (
  <a href={href} title={`Entry ${id} in the journal`}>
    <code>{`${id.slice(0, 10)}…`}</code>
  </a>
);
