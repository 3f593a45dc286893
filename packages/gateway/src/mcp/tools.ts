// What the gateway offers to agents as tools. Their inputs keep to what Copilot Studio reads of a schema: single types, no
// references, no enumerations. The same definitions are served as descriptions for its connectors.
// https://learn.microsoft.com/microsoft-copilot-studio/agent-extend-action-mcp

const text = (description: string): object => ({ type: 'string', description });

export const ASK = {
  name: 'ask',
  title: 'Ask a model',
  description:
    'Sends a question to one of the organisation’s models through the gateway and gives its answer. The call passes the policy, budgets and limits of the key, and leaves a receipt.',
  inputSchema: {
    type: 'object',
    properties: {
      question: text('What is asked, with all that the model has to know: nothing is kept between two calls.'),
      model: text('A name that list_models gives. May be left out where the key may use only one.'),
      instructions: text('How the model is to answer: a system message.'),
      max_output_tokens: { type: 'integer', description: 'The most tokens that the answer may have.' },
    },
    required: ['question'],
  },
  outputSchema: {
    type: 'object',
    properties: {
      answer: text('The answer.'),
      complete: {
        type: 'boolean',
        description: 'False where the answer was cut, by max_output_tokens or by a filter.',
      },
      model: text('The model that answered, as it names itself; empty where it does not.'),
      deployment: text('The deployment that served it.'),
      receipt: text('Id of the receipt of this call.'),
      cost: text('What it cost, with its currency; empty where it has no price.'),
      simulated: { type: 'boolean', description: 'True where a simulated cloud answered.' },
    },
    required: ['answer', 'complete', 'model', 'deployment', 'receipt', 'cost', 'simulated'],
  },
  annotations: { readOnlyHint: true, openWorldHint: true },
} as const;

export const LIST_MODELS = {
  name: 'list_models',
  title: 'List models',
  description: 'Names of the models that this key may ask.',
  inputSchema: { type: 'object', properties: {} },
  outputSchema: {
    type: 'object',
    properties: { models: { type: 'array', items: { type: 'string' }, description: 'Names to ask by.' } },
    required: ['models'],
  },
  annotations: { readOnlyHint: true, openWorldHint: false },
} as const;

export const TOOLS = [ASK, LIST_MODELS] as const;

/** A tool's result: for the model as text, with what there is to say of it, for programs as what the schema says. */
export const toolResult = (said: string, note: string | null, structured: object): object => ({
  content: [said, ...(note === null ? [] : [note])].map((one) => ({ type: 'text', text: one })),
  structuredContent: structured,
});

/** A tool that failed: the model reads why. */
export const toolFailure = (said: string): object => ({ content: [{ type: 'text', text: said }], isError: true });
