// Fills the shop with demonstration data: npm run seed -- [--products N]
// What is there already stays; a fill that was cut short goes on where it stopped.
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { UsageError } from '../src/explain-failure.ts';
import { runScript } from './support/run-script.ts';
import { seedDemoShop } from './seed/seed-demo-shop.ts';

const MAX_PRODUCTS = 100_000;

await runScript(async ({ app, config, say }) => {
  const { values } = parseArgs({ options: { products: { type: 'string' } } });
  const products = Number(values.products ?? config.seed.products);
  if (!Number.isInteger(products) || products < 1 || products > MAX_PRODUCTS) {
    throw new UsageError(`--products takes a whole number from 1 to ${MAX_PRODUCTS}`);
  }
  await seedDemoShop(app, { dataDir: config.dataDir, products }, say);
});
