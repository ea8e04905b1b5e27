// An instance of the whole shop in a process of its own: shop-worker.ts [DEATH (JSON)]
import { armShopDeath, type ShopDeath } from './shop-death-points.ts';

const death = process.argv[2];
if (death !== undefined) armShopDeath(JSON.parse(death) as ShopDeath);
await import('../../../src/main.ts');
