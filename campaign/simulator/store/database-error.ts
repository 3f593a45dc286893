// An error as a database's driver throws it: a message and PostgreSQL's five characters, which the product's own judgement
// of failures reads (https://www.postgresql.org/docs/15/errcodes-appendix.html).

export const databaseError = (code: string, message: string): Error => Object.assign(new Error(message), { code });
