// `deal lint`: what a contract lacks, what is dangerous in it, and what to ask the seller. Where an instance runs, its receipts are held
// against the eligibility too; else what the product knows of sellers.
import { lintContract, questionnaire, questionnaireText, readContract, type Contract } from '@weighbridge/ledger';
import type { ContractFinding } from '@weighbridge/protocol';
import { namesAtRest } from '@weighbridge/server';
import { flag, type Context, type Run } from '../frame/command.ts';
import type { Paint } from '../frame/output.ts';
import { counted } from '../frame/text-table.ts';
import { contractTextAt } from '../read/contract-file.ts';
import { instanceClient, readDesk } from '../read/deal-desk.ts';
import { startOfDay } from '../read/instants.ts';

export const run: Run = async (context) => {
  const source = await contractTextAt(context, 0);
  const contract = readContract(context.arguments[0] ?? '', source);
  if (flag(context, 'questionnaire')) {
    const questions = questionnaire(flag(context, 'all') ? undefined : contract);
    context.out.data({ contract: contract.id, title: contract.title, questions }, () =>
      questionnaireText(questions, contract.title).trimEnd(),
    );
    return 0;
  }
  const findings = await findingsOf(context, contract, source);
  const serious = findings.filter(({ severity }) => severity === 'serious').length;
  context.out.data({ contract: contract.id, title: contract.title, status: contract.status, serious, findings }, () =>
    describe(contract, findings, serious, context.out.paint),
  );
  return serious === 0 ? 0 : 3;
};

/** A running instance knows its receipts; without one, what the log's register and the product know of sellers. */
async function findingsOf(context: Context, contract: Contract, text: string): Promise<readonly ContractFinding[]> {
  const checked = await instanceClient(context)?.ask('checkContract', { text });
  if (checked !== undefined && checked.reading !== null) return checked.reading.findings;
  return readDesk(context, (desk) => {
    const now = Date.now();
    return lintContract(contract, namesAtRest(desk.reference(now).register, startOfDay(now)));
  });
}

function describe(contract: Contract, findings: readonly ContractFinding[], serious: number, paint: Paint): string {
  const verdict =
    findings.length === 0
      ? 'nothing is missing, and nothing dangerous was found.'
      : `${counted(findings.length, 'finding')}, ${serious === 0 ? 'none of them serious' : `${serious} of them serious`}.`;
  const parts = findings.map((finding) => {
    const mark = finding.severity === 'serious' ? paint.bad('serious') : paint.doubt('weak');
    const where = finding.at === 'contract' ? '' : `, in ${finding.at}`;
    const lines = [`${mark}  ${finding.kind}: ${finding.term}${where} (${finding.rule})`, `  ${finding.reason}`];
    if (finding.question !== '') lines.push(`  Ask:     ${finding.question}`);
    if (finding.clause !== '') lines.push(`  Propose: ${finding.clause}`);
    if (finding.mend !== '') lines.push(`  Mend:    ${finding.mend}`);
    return lines.join('\n');
  });
  return [`${contract.title}: ${verdict}`, ...parts].join('\n\n');
}
