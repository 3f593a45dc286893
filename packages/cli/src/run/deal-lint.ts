// `deal lint`: what a contract lacks, what is dangerous in it, and what to ask the seller.
import { lintContract, questionnaire, questionnaireText, type Contract, type Finding } from '@weighbridge/ledger';
import { flag, type Run } from '../frame/command.ts';
import type { Paint } from '../frame/output.ts';
import { counted } from '../frame/text-table.ts';
import { contractAt } from '../read/contract-file.ts';

export const run: Run = async (context) => {
  const contract = await contractAt(context, 0);
  if (flag(context, 'questionnaire')) {
    const questions = questionnaire(flag(context, 'all') ? undefined : contract);
    context.out.data({ contract: contract.id, title: contract.title, questions }, () =>
      questionnaireText(questions, contract.title).trimEnd(),
    );
    return 0;
  }
  const findings = lintContract(contract);
  const serious = findings.filter(({ severity }) => severity === 'serious').length;
  context.out.data({ contract: contract.id, title: contract.title, status: contract.status, serious, findings }, () =>
    describe(contract, findings, serious, context.out.paint),
  );
  return serious === 0 ? 0 : 3;
};

function describe(contract: Contract, findings: readonly Finding[], serious: number, paint: Paint): string {
  const verdict =
    findings.length === 0
      ? 'nothing is missing, and nothing dangerous was found.'
      : `${counted(findings.length, 'finding')}, ${serious === 0 ? 'none of them serious' : `${serious} of them serious`}.`;
  const parts = findings.map((finding) => {
    const mark = finding.severity === 'serious' ? paint.bad('serious') : paint.doubt('weak');
    const where = finding.at === 'contract' ? '' : `, in ${finding.at}`;
    const lines = [`${mark}  ${finding.kind}: ${finding.term}${where} (${finding.rule})`, `  ${finding.reason}`];
    lines.push(`  Ask:     ${finding.question}`);
    if (finding.clause !== '') lines.push(`  Propose: ${finding.clause}`);
    return lines.join('\n');
  });
  return [`${contract.title}: ${verdict}`, ...parts].join('\n\n');
}
