// Who is who, by default, at each cloud. "Vendor" is not one party: Claude in Foundry is made, sold, operated and backed
// by one party, billed by a second and hosted by either. A deployment's own `roles` overrides any cell: the contract
// decides, this table only says what the sellers' public pages say.
//
// cloud (case)              developer  seller     biller     operator   host       processor  sla
// anthropic                 anthropic  anthropic  anthropic  anthropic  anthropic  anthropic  anthropic   [1]
// foundry, Claude on Azure  anthropic  anthropic  microsoft  anthropic  microsoft  anthropic  anthropic   [2]
// foundry, Claude at A.     anthropic  anthropic  microsoft  anthropic  anthropic  anthropic  anthropic   [2]
// foundry, other models     by family  microsoft  microsoft  microsoft  microsoft  microsoft  microsoft   [3]
// bedrock                   by family  aws        aws        aws        aws        aws        aws         [4]
// vertex                    by family  google     google     google     google     google     google      [5]
// openai                    openai     openai     openai     openai     openai     openai     openai      [6]
// azure-openai              by family  microsoft  microsoft  microsoft  microsoft  microsoft  microsoft   [3]
// openai-compatible         by family  self       self       self       self       self       self        [7]
//
// [1] anthropic.com/legal/commercial-terms
// [2] learn.microsoft.com/azure/foundry/foundry-models/concepts/claude-models-hosting-comparison (seller of record, data
//     processor, operator and SLA: Anthropic in both hostings) and …/responsible-ai/claude-models/data-privacy (on Azure:
//     ingress, API and GPU inference on Azure infrastructure); billing in CCU on the Azure bill
// [3] learn.microsoft.com/azure/ai-foundry/concepts/models-sold-directly-by-azure; a partner's Marketplace model differs
// [4] docs.aws.amazon.com/bedrock/latest/userguide/data-protection.html (providers have no access); the developer's EULA
//     applies and the subscription runs over AWS Marketplace, so some invoices name another seller: override it then
// [5] cloud.google.com/vertex-ai/generative-ai/docs/partner-models/use-partner-models; the developer's terms apply as well
// [6] openai.com/policies/services-agreement; the infrastructure below is not named per call
// [7] one's own server: nobody else stands between
import type { DeploymentConfig, Roles } from '@weighbridge/protocol';

const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/claude|anthropic/, 'anthropic'],
  [/(^|[^a-z])(gpt|chatgpt|davinci|o[1-9])([^a-z]|$)|openai/, 'openai'],
  [/gemini|gemma/, 'google'],
  [/llama/, 'meta'],
  [/mistral|mixtral|codestral|ministral|magistral|devstral/, 'mistral'],
  [/deepseek/, 'deepseek'],
  [/qwen|qwq/, 'alibaba'],
  [/(^|[^a-z])phi([^a-z]|$)/, 'microsoft'],
  [/grok/, 'xai'],
  [/cohere|command-/, 'cohere'],
  [/(^|[^a-z])(nova|titan)([^a-z]|$)/, 'aws'],
  [/nemotron/, 'nvidia'],
  [/kimi|moonshot/, 'moonshot'],
  [/(^|[^a-z])glm/, 'zhipu'],
  [/granite/, 'ibm'],
];

/** Who sells and bills where a configuration says nothing else. */
export const SELLER_NAMES: readonly string[] = ['anthropic', 'aws', 'google', 'microsoft', 'openai', 'self'];
/** Who makes models, as far as their names tell. */
export const DEVELOPER_NAMES: readonly string[] = [...new Set(FAMILIES.map(([, name]) => name)), 'unknown'];

/** The party that made a model, from its name; `unknown` where the name does not say (an ARN, a deployment's own name). */
export function developerOf(model: string): string {
  const name = model.toLowerCase();
  return FAMILIES.find(([pattern]) => pattern.test(name))?.[1] ?? 'unknown';
}

/** Every role of a deployment: the table's row, under whatever the configuration says itself. */
export function rolesOf(deployment: DeploymentConfig): Roles {
  return { ...defaultRoles(deployment), ...deployment.roles };
}

/** The table's row for a deployment. The model is named by `priced_as` where `model` is only a deployment's name. */
export function defaultRoles(deployment: DeploymentConfig): Roles {
  const developer = developerOf(`${deployment.priced_as ?? ''} ${deployment.model}`);
  switch (deployment.cloud) {
    case 'anthropic':
      return all('anthropic', 'anthropic');
    case 'foundry': {
      const claude =
        deployment.dialect === 'anthropic-messages' || deployment.hosting !== undefined || developer === 'anthropic';
      if (!claude) return all(developer, 'microsoft');
      const host = deployment.hosting === 'azure' ? 'microsoft' : 'anthropic';
      return { ...all('anthropic', 'anthropic'), biller: 'microsoft', host };
    }
    case 'bedrock':
      return all(developer, 'aws');
    case 'vertex':
      return all(developer, 'google');
    case 'openai':
      return all('openai', 'openai');
    case 'azure-openai':
      return all(developer === 'unknown' ? 'openai' : developer, 'microsoft');
    case 'openai-compatible':
      return all(developer, 'self');
  }
}

function all(developer: string, party: string): Roles {
  return {
    developer,
    seller: party,
    biller: party,
    operator: party,
    host: party,
    processor: party,
    sla_provider: party,
  };
}
