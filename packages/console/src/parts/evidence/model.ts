// The evidence grade of a region or any other claim: how well it is known, from a seller's word to attested hardware.
// We never print "EU" when all we know is "EU endpoint"; the grade stands beside the name.
import type { RegionGrade } from '@weighbridge/protocol';

export interface EvidenceText {
  readonly grade: RegionGrade;
  readonly label: string;
  readonly meaning: string;
  /** Filled steps of five. */
  readonly steps: number;
}

const GRADES: Readonly<Record<RegionGrade, readonly [label: string, meaning: string]>> = {
  0: ["seller's claim", 'The seller says so in its terms or by the name of an endpoint. Nothing of ours supports it.'],
  1: ['our configuration', 'Our own configuration, checked when it was activated, allows no other.'],
  2: ['reported per response', 'The seller reported it with this very response.'],
  3: ['reconciled', "A second system of the seller's, such as its bill, says the same of this call."],
  4: ['attested', 'Hardware attested it with a signature that we checked.'],
};

export function prepareEvidence(grade: RegionGrade): EvidenceText {
  const [label, meaning] = GRADES[grade];
  return { grade, label, meaning, steps: grade + 1 };
}
