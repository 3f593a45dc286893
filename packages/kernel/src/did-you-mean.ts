// The nearest known word to a mistyped one, for "did you mean". Optimal string alignment distance: one insertion,
// deletion, substitution or swap of neighbours costs 1. Nothing is suggested beyond a third of the word's length, since
// a wild guess misleads more than silence.

const LONGEST = 64;

/** The candidate closest to `word`, or undefined when none is close. Ties go to the earlier candidate. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const asked = word.slice(0, LONGEST).toLowerCase();
  const most = Math.max(1, Math.floor(asked.length / 3));
  let best: string | undefined;
  let bestDistance = most + 1;
  for (const candidate of candidates) {
    const distance = alignment(asked, candidate.slice(0, LONGEST).toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function alignment(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1] ? 0 : 1;
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[right.length] ?? 0;
}
