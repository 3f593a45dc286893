// The call of a column as one's own code would make it: the same body, the address of this instance, and a key that stands in
// an environment variable. The playground's own key is in no page.
import { shellWord } from '@weighbridge/protocol';
import type { Round } from './store.ts';

export interface Snippet {
  readonly where: string;
  readonly text: string;
}

export interface SnippetAsked {
  /** Of the gateway. */
  readonly origin: string;
  readonly model: string;
  readonly asked: Omit<Round['asked'], 'as'>;
}

export function snippetsOf({ origin, model, asked }: SnippetAsked): readonly Snippet[] {
  const body = bodyOf(model, asked);
  const members = Object.entries(body).map(([name, value]) => [name, JSON.stringify(value)] as const);
  const python = members.map(([name, value]) => `    ${name}=${value},`);
  const typescript = members.map(([name, value]) => `  ${name}: ${value},`);
  return [
    {
      where: 'In the shell, with the key in WEIGHBRIDGE_KEY',
      text: [
        `curl -N ${shellWord(`${origin}/v1/chat/completions`)} \\`,
        `  -H "authorization: Bearer $WEIGHBRIDGE_KEY" -H 'content-type: application/json' \\`,
        `  -d ${shellWord(JSON.stringify({ ...body, stream: true }))}`,
      ].join('\n'),
    },
    {
      where: 'In TypeScript, with the OpenAI SDK',
      text: [
        "import OpenAI from 'openai';",
        `const client = new OpenAI({ baseURL: '${origin}/v1' }); // The key stands in OPENAI_API_KEY.`,
        'const stream = await client.chat.completions.create({',
        ...typescript,
        '  stream: true,',
        '});',
        "for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '');",
      ].join('\n'),
    },
    {
      where: 'In Python, with the OpenAI SDK',
      text: [
        'from openai import OpenAI',
        `client = OpenAI(base_url="${origin}/v1")  # The key stands in OPENAI_API_KEY.`,
        'stream = client.chat.completions.create(',
        ...python,
        '    stream=True,',
        ')',
        'for chunk in stream:',
        '    if chunk.choices:',
        '        print(chunk.choices[0].delta.content or "", end="")',
      ].join('\n'),
    },
  ];
}

function bodyOf(
  model: string,
  { system, prompt, max_output_tokens: most, temperature }: SnippetAsked['asked'],
): Readonly<Record<string, unknown>> {
  return {
    model,
    messages: [
      ...(system.trim() === '' ? [] : [{ role: 'system', content: system }]),
      { role: 'user', content: prompt },
    ],
    ...(most === undefined ? {} : { max_completion_tokens: most }),
    ...(temperature === undefined ? {} : { temperature }),
  };
}
