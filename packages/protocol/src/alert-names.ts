// Where alerts can be sent, and what they can be about, by name. Apart from the configuration's schema, so that whoever only
// shows them needs no validator.

export const ALERT_CHANNELS = ['webhook', 'slack', 'email'] as const;
