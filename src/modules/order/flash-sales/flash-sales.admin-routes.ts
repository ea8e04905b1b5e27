import { adminIdOf } from '../../../platform/auth/access-token.ts';
import { closedObject, listQuery } from '../../../platform/http/schemas.ts';
import type { Routes } from '../../../platform/http/shop-server.ts';
import type { CreateFlashSale } from './create-flash-sale.ts';
import {
  AdminFlashSaleListSchema,
  AdminFlashSaleSchema,
  flashSaleParams,
  NewFlashSaleSchema,
} from './flash-sales.schemas.ts';
import type { ShowFlashSales } from './show-flash-sales.ts';
import type { SwitchFlashSale } from './switch-flash-sale.ts';

const tags = ['admin: flash sales'];
const SALES = '/api/v1/admin/flash-sales';

const SWITCHES = {
  pause: 'Pause a flash sale: nobody joins, and the line stands still',
  resume: 'Let a paused flash sale go on',
  close: 'End a flash sale now; orders under way finish',
} as const;

export function flashSaleAdminRoutes(use: {
  createFlashSale: CreateFlashSale;
  showFlashSales: ShowFlashSales;
  switchFlashSale: SwitchFlashSale;
}): Routes {
  return (scope) => {
    scope.post(
      '/flash-sales',
      {
        config: { permission: 'catalog.write', resource: `${SALES}/:made` },
        schema: {
          summary: 'Plan a flash sale',
          tags,
          body: NewFlashSaleSchema,
          response: { 201: AdminFlashSaleSchema },
        },
      },
      async (request, reply) => {
        const { opensAt, closesAt, ...rest } = request.body;
        const id = await use.createFlashSale(adminIdOf(request), {
          ...rest,
          opensAt: new Date(opensAt),
          closesAt: new Date(closesAt),
        });
        reply.header('location', `${SALES}/${id}`);
        return reply.code(201).send(await use.showFlashSales.toAdmins(id));
      },
    );

    scope.get(
      '/flash-sales',
      {
        config: { permission: 'catalog.read' },
        schema: {
          summary: 'All flash sales, newest first',
          tags,
          querystring: closedObject(listQuery),
          response: { 200: AdminFlashSaleListSchema },
        },
      },
      (request) => use.showFlashSales.all(request.query),
    );

    scope.get(
      '/flash-sales/:flashSaleId',
      {
        config: { permission: 'catalog.read' },
        schema: {
          summary: 'A flash sale with its live counters',
          tags,
          params: flashSaleParams,
          response: { 200: AdminFlashSaleSchema },
        },
      },
      (request) => use.showFlashSales.toAdmins(request.params.flashSaleId),
    );

    for (const how of ['pause', 'resume', 'close'] as const) {
      scope.post(
        `/flash-sales/:flashSaleId/${how}`,
        {
          config: { permission: 'catalog.write', resource: `${SALES}/:flashSaleId` },
          schema: {
            summary: SWITCHES[how],
            description: 'At once on all instances. Errors: flash_sale_state_conflict.',
            tags,
            params: flashSaleParams,
            response: { 200: AdminFlashSaleSchema },
          },
        },
        async (request) => {
          const { flashSaleId } = request.params;
          await use.switchFlashSale(adminIdOf(request), flashSaleId, how);
          return use.showFlashSales.toAdmins(flashSaleId);
        },
      );
    }
  };
}
