// One seed for all properties of this package, from the environment or fixed; fast-check prints it when one fails.
export const seed = Number(process.env['SEED'] ?? 20261122);
