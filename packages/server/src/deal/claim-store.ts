// Claims are those of the register and those that were entered here; what is known of each is a fold over `claim` entries. A state
// is judged anew whenever it is asked for; an entry that brings evidence publishes, in its public part, what the claim then is.
import { AppError, canonicalJson, LIMITS } from '@weighbridge/kernel';
import {
  authorOf,
  checkAuthor,
  claimStatement,
  judge,
  mustBeOver,
  readEvidence,
  samePiece,
  type Arrival,
  type Claim,
  type ClaimState,
  type Evidence,
  type Registers,
} from '@weighbridge/governance';
import type { Actor } from '@weighbridge/protocol';
import { openEntryFold, type FoldStores, type Happened } from '../admin/entry-fold.ts';
import { reference } from './reference.ts';

type ClaimChange = { readonly id: string; readonly by: Actor } & (
  | { readonly action: 'enter'; readonly before: Claim | null; readonly after: Claim }
  | {
      readonly action: 'evidence';
      readonly before: ClaimState;
      readonly after: ClaimState;
      readonly evidence: Evidence;
    }
  | { readonly action: 'state'; readonly before: ClaimState | null; readonly after: ClaimState }
);

export interface HeldEvidence extends Arrival {
  readonly entry: string;
  readonly by: Actor;
}

export interface Stated {
  readonly entry: string;
  readonly at: number;
  readonly state: ClaimState;
}

/** Of an entered claim, how it was worded then; null for one of a register, which says so itself. */
interface Worded {
  readonly of: Claim | null;
}

export interface HeldClaim {
  readonly id: string;
  readonly claim: Claim;
  readonly from: 'register' | 'entered';
  /** When it was entered, UTC milliseconds; of the register's, when its first evidence came, or now. */
  readonly entered: number;
  /** What came for the claim as it is worded; what showed another wording shows nothing of this one, and stays in the log. */
  readonly evidence: readonly HeldEvidence[];
  readonly stated: Stated | null;
}

export interface ClaimStore {
  /** The register's in its order, then those entered, by id. */
  all(): readonly HeldClaim[];
  /** From what had been entered by then alone. */
  asOf(at: number): readonly HeldClaim[];
  /** When the first entry of a claim was written; null: none was. */
  first(): number | null;
  /** Throws CLAIM_UNKNOWN. */
  held(id: string): HeldClaim;
  /** False where it stands so already. Throws BAD_REQUEST for an id of the register, or where there are too many. */
  enter(id: string, claim: Claim, by: Actor): Promise<boolean>;
  /**
   * Throws CLAIM_UNKNOWN, BAD_REQUEST for evidence that cannot be taken, EVIDENCE_FULL. The same evidence again changes nothing, but
   * that it may name the author of a piece that had none.
   */
  add(id: string, evidence: unknown, by: Actor): Promise<HeldClaim>;
  /** Publishes the states that are not stated as they are now; with `known`, only of claims that were stated before. */
  state(by: Actor, which: 'all' | 'known'): Promise<readonly string[]>;
}

interface Known {
  readonly claim: Claim | null;
  readonly entered: number | null;
  readonly evidence: readonly (HeldEvidence & Worded)[];
  readonly stated: (Stated & Worded) | null;
}
type State = ReadonlyMap<string, Known>;

const NOTHING: Known = { claim: null, entered: null, evidence: [], stated: null };

interface ClaimStoreParts {
  /** Read when they are first needed; a start does without. */
  readonly registers: Registers;
  /** Of a contract as it stood at a moment: answers of before claims named their parties are judged by them. */
  readonly contractParties: (contract: string, at: number) => readonly string[];
}

export function openClaimStore(stores: FoldStores, { registers, contractParties }: ClaimStoreParts): ClaimStore {
  const fold = openEntryFold<State, ClaimChange>(stores, { kind: 'claim', start: new Map(), apply });
  /** Own claims of a register that was entered later are not known before. */
  const register = (at = Infinity): ClaimsById => registers.at(at).claims;
  const heldOf = (state: State, id: string, at = Infinity): HeldClaim => {
    const held = claimIn(register, state, id, at);
    if (held.from === 'register' || held.claim.parties !== undefined) return held;
    const parties = [...contractParties(held.claim.subject, at), ...whoAnswered(held.claim)];
    return { ...held, claim: { ...held.claim, parties } };
  };
  const judged = ({ claim, evidence }: HeldClaim, at: number, also: readonly Evidence[] = []) =>
    judge(claim, [...evidence.map((held) => held.evidence), ...also], at, registers.at(at));
  const idsOf = (state: State, at = Infinity): readonly string[] => [
    ...Object.keys(register(at)),
    // One that says what it became and not what it is has lost its beginning with a log that was damaged.
    ...[...state]
      .flatMap(([id, { claim }]) => (claim === null || Object.hasOwn(register(at), id) ? [] : [id]))
      .toSorted(),
  ];
  const allOf = (state: State, at = Infinity): readonly HeldClaim[] =>
    idsOf(state, at).map((id) => heldOf(state, id, at));
  return {
    all: () => allOf(fold.state()),
    asOf: (at) => allOf(fold.stateAt(at), at),
    first: () => fold.first(),
    held: (id) => heldOf(fold.state(), id),
    enter: async (id, claim, by) => {
      let changed = false;
      await fold.write((state) => {
        const before = mayBeEntered(state, register(), id);
        if (before !== null && canonicalJson(before) === canonicalJson(claim)) return null;
        changed = true;
        return { change: { action: 'enter', id, before, after: claim, by } };
      });
      return changed;
    },
    add: async (id, given, by) => {
      const evidence = readEvidence(given);
      const state = await fold.write((now, at) => {
        const held = heldOf(now, id);
        mustBeOver(at, evidence);
        checkAuthor(evidence.author, registers.at(at));
        if (!isNews(held, evidence)) return null;
        const before = judged(held, at).state;
        const after = judged(held, at, [evidence]);
        return {
          change: { action: 'evidence', id, before, after: after.state, evidence, by },
          public: claimStatement(id, held.claim, after, at),
        };
      });
      return heldOf(state, id);
    },
    state: async (by, which) => {
      const stated: string[] = [];
      for (const id of idsOf(fold.state())) {
        await fold.write((now, at) => {
          const held = heldOf(now, id);
          const judgement = judged(held, at);
          if (held.stated === null ? which === 'known' : held.stated.state === judgement.state) return null;
          stated.push(id);
          return {
            change: { action: 'state', id, before: held.stated?.state ?? null, after: judgement.state, by },
            public: claimStatement(id, held.claim, judgement, at),
          };
        });
      }
      return stated;
    },
  };
}

type ClaimsById = Readonly<Record<string, Claim>>;

/** What it takes the place of. Throws BAD_REQUEST where the register has it, or there are too many. */
function mayBeEntered(state: State, register: ClaimsById, id: string): Claim | null {
  if (Object.hasOwn(register, id)) throw new AppError('BAD_REQUEST', `claim ${id} is one of the register`);
  const before = state.get(id)?.claim ?? null;
  if (before === null && state.size >= LIMITS.claims)
    throw new AppError('BAD_REQUEST', `there are ${LIMITS.claims} claims already`);
  return before;
}

/** Before answers named their parties, their source named who gave them. */
const ANSWER_OF = 'answer of ';
const whoAnswered = ({ source }: Claim): readonly string[] =>
  source.startsWith(ANSWER_OF) ? [source.slice(ANSWER_OF.length)] : [];

/** What the register says of it goes before what was entered. Throws CLAIM_UNKNOWN. */
function claimIn(register: (at?: number) => ClaimsById, state: State, id: string, at: number): HeldClaim {
  const known = state.get(id) ?? NOTHING;
  const ownAt = (moment: number): Claim | undefined => {
    const claims = register(moment);
    return Object.hasOwn(claims, id) ? claims[id] : undefined;
  };
  const own = ownAt(at);
  const claim = own ?? known.claim;
  if (claim === null) throw new AppError('CLAIM_UNKNOWN', `there is no claim ${id.slice(0, 120)}`);
  const worded = wordingOf(claim);
  const ofThis = (came: Worded & { readonly at: number }): boolean => {
    const then = ownAt(came.at) ?? came.of;
    return then === null || wordingOf(then) === worded;
  };
  const evidence = known.evidence.filter(ofThis);
  return {
    id,
    claim,
    // A claim of the own register was entered here; what comes with the product was not.
    from: own !== undefined && Object.hasOwn(reference().register.claims, id) ? 'register' : 'entered',
    entered: known.entered ?? evidence[0]?.at ?? known.stated?.at ?? Infinity,
    evidence: evidence.map(({ at: came, evidence: piece, entry, by }) => ({ at: came, evidence: piece, entry, by })),
    stated: statedOf(known.stated, ofThis),
  };
}

function statedOf(stated: Known['stated'], ofThis: (came: Worded & { readonly at: number }) => boolean): Stated | null {
  if (stated === null || !ofThis(stated)) return null;
  const { entry, at, state } = stated;
  return { entry, at, state };
}

/** What evidence can bear on: word for word, figure, room, conditions and scope. A note or a source put right is the same claim. */
function wordingOf(claim: Claim): string {
  const { subject, text, kind, metric, value, range, sense, currency, unit, up_to, conditions, scope } = claim;
  const said = { subject, text, kind, metric, sense, up_to, conditions, scope };
  return canonicalJson(JSON.parse(JSON.stringify({ ...said, value, range, currency, unit })));
}

/** The same piece again is no change, but where it names its author at last; another under its digest is a mistake of whoever sends it. */
function isNews({ id, evidence: known }: HeldClaim, evidence: Evidence): boolean {
  const before = known.filter((one) => one.evidence.digest === evidence.digest).map((one) => one.evidence);
  if (before.some((one) => !samePiece(one, evidence)))
    throw new AppError('BAD_REQUEST', `${id} has other evidence under the digest ${evidence.digest}`);
  if (before.length > 0) return before.every((one) => authorOf(one) === undefined) && authorOf(evidence) !== undefined;
  if (new Set(known.map((one) => one.evidence.digest)).size >= LIMITS.claim_evidence)
    throw new AppError('EVIDENCE_FULL', `${id} has ${LIMITS.claim_evidence} pieces of evidence already`);
  return true;
}

function apply(state: State, { entry, at, change }: Happened<ClaimChange>): State {
  const next = new Map(state);
  const known = next.get(change.id) ?? NOTHING;
  switch (change.action) {
    case 'enter':
      next.set(change.id, { ...known, claim: change.after, entered: known.entered ?? at });
      break;
    case 'evidence':
      next.set(change.id, {
        ...known,
        evidence: [...known.evidence, { at, evidence: change.evidence, entry, by: change.by, of: known.claim }],
        stated: { entry, at, state: change.after, of: known.claim },
      });
      break;
    case 'state':
      next.set(change.id, { ...known, stated: { entry, at, state: change.after, of: known.claim } });
      break;
  }
  return next;
}
