// One of a few words, chosen: what a page is grouped by.
interface ChoiceProps<C extends string> {
  readonly label: string;
  readonly chosen: C;
  readonly choices: readonly C[];
  readonly onChange: (choice: C) => void;
}

export const Choice = <C extends string>({ label, chosen, choices, onChange }: ChoiceProps<C>) => (
  <label className="group-by">
    <span>{label}</span>
    <select className="field" value={chosen} onChange={(event) => onChange(event.target.value as C)}>
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </select>
  </label>
);
