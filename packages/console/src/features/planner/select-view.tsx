// One of several, by its id, with a word before it.
interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly id: string; readonly title: string }[];
  readonly onChange: (id: string) => void;
}

export const Select = ({ label, value, options, onChange }: SelectProps) => (
  <label className="group-by">
    <span>{label}</span>
    <select className="field" value={value} onChange={({ target }) => onChange(target.value)}>
      {options.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  </label>
);
