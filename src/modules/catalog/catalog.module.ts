import { resolve, type Container } from '../../platform/container/container.ts';
import type { ShopModule } from '../../platform/container/shop-module.ts';
import { CLOCK, DATABASE, IN_TRANSACTION } from '../../platform/container/tokens.ts';
import { createAdjustStock } from './adjust-stock.ts';
import { catalogAdminRoutes } from './catalog.admin-routes.ts';
import { catalogRoutes } from './catalog.routes.ts';
import { createChangeProduct } from './change-product.ts';
import { countSoldUnits } from './count-sold-units.ts';
import { createCreateProduct } from './create-product.ts';
import { createImportProducts, type ImportProducts } from './import-products.ts';
import { keepSalePools } from './keep-sale-pools.ts';
import { keepStockForOrders, sellStockOfPaidOrders } from './keep-stock-for-orders.ts';
import { createLabels, type Labels } from './labels.ts';
import { createListProducts } from './list-products.ts';
import { countProducts } from './product.store.ts';
import { createRepublishProducts, type RepublishProducts } from './republish-products.ts';
import { createShowProduct } from './show-product.ts';

export type CatalogModule = ShopModule & {
  /** For scripts. */
  labels: Labels;
  countProducts: () => Promise<number>;
  importProducts: ImportProducts;
  republishProducts: RepublishProducts;
};

export function wireCatalog(container: Container): CatalogModule {
  const database = resolve(container, DATABASE);
  const inTransaction = resolve(container, IN_TRANSACTION);
  const clock = resolve(container, CLOCK);

  const labels = createLabels({ database, inTransaction });
  const showProduct = createShowProduct({ database });
  return {
    consumers: [keepStockForOrders, sellStockOfPaidOrders, keepSalePools, countSoldUnits],
    routes: catalogRoutes({ listProducts: createListProducts({ database }), showProduct, labels }),
    adminRoutes: catalogAdminRoutes({
      createProduct: createCreateProduct({ database, inTransaction, clock }),
      changeProduct: createChangeProduct({ database, inTransaction }),
      adjustStock: createAdjustStock({ inTransaction }),
      showProduct,
      labels,
    }),
    labels,
    countProducts: () => countProducts(database),
    importProducts: createImportProducts({ inTransaction, clock }),
    republishProducts: createRepublishProducts({ database, inTransaction }),
  };
}
