// The ledger: what a call costs, by which price, from which page, known since when. Prices are data; rating is pure.
export {
  CONFIDENCES,
  PRICE_CLASSES,
  PRICE_SCOPES,
  type Band,
  type Confidence,
  type PriceClass,
  type PriceKey,
  type PriceList,
  type PriceRow,
  type PriceScope,
  type PriceSheets,
  type PriceSource,
} from './price-row.ts';
export { readPriceFile, type PriceFile } from './price-file.ts';
export { expandFiles } from './expand.ts';
export { compileBook, priceAt, type PriceBook } from './book.ts';
export { bookText, readBookText } from './book-text.ts';
export { builtInPriceFiles, builtInPriceLists, loadPriceBook, loadPriceSheets } from './load.ts';
export { identify, type Identity, type PricedDeployment } from './identity.ts';
export { createRater, type PriceRater, type RatedUsage } from './rate.ts';
export type { Most } from './bound.ts';
export { invoicedAs, invoiceUnits, type Invoiced, type InvoiceUnits } from './invoice-units.ts';
export { auditCharges } from './audit.ts';
export { explainPrice, priceCoverage, rerate, type Coverage, type PriceOption, type Rerated } from './explain.ts';
export * from './contracts/index.ts';
export * from './observed/index.ts';
