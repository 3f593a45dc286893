// Numbers of a receipt as JSON has them. Writing a double digit by digit costs several times what putting it together from
// known texts does, and each receipt has a dozen.

const FRACTIONS = Array.from({ length: 1000 }, (_, micros) => (micros === 0 ? '' : String(micros / 1000).slice(1)));

/** Milliseconds, rounded to a microsecond. */
export function millisText(ms: number): string {
  const micros = Math.round(ms * 1000);
  // Half an hour and below; what is longer, or no duration, takes the usual way.
  if (!(micros >= 0 && micros < 0x7fffffff)) return String(micros / 1000);
  const whole = Math.floor(micros / 1000);
  return `${whole}${FRACTIONS[micros - whole * 1000]}`;
}

/** As many as a call and its neighbours have. */
const PLACES = 64;

/** Text of a whole number that is written once for all calls which have it together. */
export function sharedText(write: (number: number) => string): (number: number) => string {
  const numbers = new Float64Array(PLACES).fill(Number.NaN);
  const texts = Array.from({ length: PLACES }, () => '');
  return (number) => {
    const place = number % PLACES;
    if (numbers[place] === number) return texts[place] ?? '';
    const text = write(number);
    numbers[place] = number;
    texts[place] = text;
    return text;
  };
}

/** UTC milliseconds, whole. Calls that are written together share theirs. */
export const instantText = sharedText(String);
