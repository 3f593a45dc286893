// What a made-up cloud of the Chat dialect answers where a test needs no lab: one sentence, with its usage.
export const chatAnswer = (id: string, model: string): string =>
  JSON.stringify({
    id,
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
  });
