// The JSON Schema that editors use, as committed at the root of the repository: `weighbridge config schema` prints it.
import { configJsonSchema } from '@weighbridge/protocol';

export function configSchemaText(): string {
  const schema = configJsonSchema() as Record<string, unknown>;
  const titled = { title: 'Weighbridge configuration', ...schema };
  return `${JSON.stringify(titled, null, 2)}\n`;
}
