// Words of the trade that stand in a plan, said in plain ones where they stand. Only what a buyer need not know is here.
interface Term {
  readonly term: string;
  readonly means: string;
}
type Known = Term & { readonly found: RegExp };

const term = (name: string, found: RegExp, means: string): Known => ({ term: name, found, means });

const TERMS: readonly Known[] = [
  term('PUE', /\bPUE\b/, 'power of the whole site ÷ power of its IT: 1.2 means a fifth more for cooling and losses'),
  term('WUE', /\bWUE\b/, 'water taken on the site for each kWh of its IT'),
  term(
    'CRF',
    /\bCRF\b/,
    'the part of a price that is paid each year, so that price and interest are paid at the end of its life',
  ),
  term('levelised', /\blevelised\b/i, 'price, interest, upkeep and power, spread evenly over the hours of its life'),
  term(
    'IT overhead',
    /IT overhead|all IT power/i,
    'network, storage and hosts beside the racks: all IT ÷ the racks alone',
  ),
  term('nominal power', /\bnominal\b/i, 'what the maker states that a rack draws, before cooling and losses'),
  term('load', /\bload\b|mean draw/i, 'what it draws on average ÷ what it may draw'),
  term('availability', /\bavailability\b/i, 'part of the clock’s hours in which a chip can be used at all'),
  term('utilisation', /\butilisation\b/i, 'part of those hours in which it works'),
  term('goodput', /\bgoodput\b/i, 'part of that work that counts: what was not lost to faults and done again'),
  term('tranche', /\btranches?\b/i, 'a part of the capacity with a date of its own'),
  term('"up to"', /"up to"/, 'may be taken or given: nobody owes it'),
  term('location-based', /location-based/, 'by what the grid of the place emits, whatever was contracted'),
  term('market-based', /market-based/, 'by what was contracted, whatever the grid of the place emits'),
  term('cached tokens', /\bcached\b/i, 'input that the seller remembers from an earlier call, and sells for less'),
  term('mix', /\bmix\b/, 'input, cached and output tokens as one call has them'),
  term('headroom', /\bheadroom\b|loaded with/i, 'what is kept free, so that a peak does not wait'),
  term('switchgear', /\bswitchgear\b/i, 'what joins the site to the grid and cuts it off'),
  term('shell', /\bshell\b/i, 'the building, without what is in it'),
  term(
    'cost of capital',
    /cost of capital|\brate\b/i,
    'what a year of the money costs: interest, and what its owners ask for',
  ),
  term('Mtok', /\bMtok\b/, 'a million tokens'),
];

const MOST = 6;

/** Those that stand in a text. */
export const termsIn = (text: string): readonly Term[] => TERMS.filter(({ found }) => found.test(text)).slice(0, MOST);
