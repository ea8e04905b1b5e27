import { newId, type Id } from '../../../../src/platform/ids/id.ts';
import type { TestShop } from '../../../support/start-shop.ts';
import type { Answer } from '../../../support/api-client.ts';

/** A product with two SKUs of different prices; gives the SKUs' ids. */
export async function createRange(
  { api, ownerToken: token }: TestShop,
  product: Record<string, unknown>,
): Promise<Id[]> {
  const type = await api.post('/admin/types', { token, body: { name: newId() } });
  const style = await api.post('/admin/styles', { token, body: { name: newId() } });
  const created = await api.post('/admin/products', {
    token,
    body: {
      name: '새벽 무화과',
      description: '새벽 공기와 무화과 잎의 향',
      typeId: type.body.id,
      styleIds: [style.body.id],
      skus: [
        { options: '50ml', priceDelta: 0, stock: 10_000 },
        { options: '100ml', priceDelta: 7_770, stock: 10_000 },
      ],
      ...product,
    },
  });
  if (created.status !== 201) throw new Error(JSON.stringify(created.body));
  return created.body.skus.map((sku: { id: Id }) => sku.id);
}

/** Everything that a quote and an order say alike. */
export function pricesOf(body: Answer['body']) {
  const { itemsAmount, couponAmount, pointsAmount, shippingAmount, totalAmount } = body;
  const { vatAmount, taxFreeAmount } = body;
  return {
    lines: body.lines.map((line: Record<string, unknown>) => ({
      skuId: line.skuId,
      productId: line.productId,
      name: line.name,
      options: line.options,
      thumbnailUrl: line.thumbnailUrl,
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      saleRule: line.saleRule,
      lineAmount: line.lineAmount,
      couponShareAmount: line.couponShareAmount,
      pointsShareAmount: line.pointsShareAmount,
    })),
    itemsAmount,
    couponAmount,
    pointsAmount,
    shippingAmount,
    totalAmount,
    vatAmount,
    taxFreeAmount,
  };
}
